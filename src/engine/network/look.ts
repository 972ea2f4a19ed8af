import { openRecorder } from '../runtime/functions'
import type { NetworkDefinition } from './definition'
import { multiplyCount } from './shapes'

/** Carries out a look at so many images at once; run in it, `work` gives what it gives. */
export type Look = <Value>(images: number, work: () => Value) => Value

/**
 * Multiply-adds from which on a look at many images runs as a function of TensorFlow's. Two cores take two seconds for so many;
 * compiling takes half a second, and a function a third less.
 */
const worthCompiling = 4e10

const inOperations: Look = (_images, work) => work()

/**
 * How a network is to look at many images: batch after batch as one function, which TensorFlow makes shorter (a convolution
 * with what is added to it and its activation is one pass over the memory), where that is worth compiling it and the backend
 * has functions. A last batch that is smaller is computed operation by operation, for it would need a function of its own.
 * What decides is the number of images alone, so that a look gives the same numbers each time.
 * @param images how many there are in all
 * @param batchSize of a whole batch; that of the first one where nobody says
 */
export async function openLook(definition: NetworkDefinition, images: number, batchSize?: number): Promise<Look> {
  if (images * multiplyCount(definition) < worthCompiling) return inOperations
  const opened = await openRecorder()
  if (!('recorder' in opened)) return inOperations
  const { recorder } = opened
  let whole = batchSize
  return (size, work) => size === (whole ??= size) ? recorder.record(work) : work()
}
