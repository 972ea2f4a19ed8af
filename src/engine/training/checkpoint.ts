import { createHash, webcrypto } from 'node:crypto'
import { dirname } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import { exists, rename, syncFolder } from '../../library/disk'
import { readSafetensors, writeSafetensors } from '../safetensors/safetensors'
import type { TensorToWrite } from '../safetensors/header'
import type { Position } from './stage'

interface Checkpoint<State> {
  /** Weights, the optimiser's state and whatever else is needed to go on. Float32 and int32. */
  tensors: ReadonlyMap<string, tf.Tensor>
  position: Position
  /** Plain JSON: the patience of early stopping, the seconds so far and so on. */
  state: State
}

const positionSchema: z.ZodType<Position> = z.object({
  stage: z.int(), epoch: z.int(), stepInEpoch: z.int(), step: z.int(), stepsPerEpoch: z.int(), steps: z.int()
})
const metadataSchema = z.object({ format: z.literal('graft-checkpoint-1'), checkpoint: z.string(), digest: z.string() })

/** Does a write, as often as it takes. */
export type Patiently = <Result>(work: () => Promise<Result>) => Promise<Result>

interface Pending { write(): Promise<void>, done: Promise<void> }

/** By path: the write that is under way, and the one that waits for it. */
const writing = new Map<string, { current: Promise<void>, waiting: Pending | undefined }>()

/**
 * Saves a checkpoint at `path`, as one safetensors file that is written beside it and renamed. The tensors are copied
 * before this returns, so training can go on while the file is written. If saves come faster than the disk can write,
 * only the newest is written. The promise of one that was skipped settles with the one that replaced it.
 * @param options `older`: where the checkpoint that lay at `path` goes, in place of an earlier one; without, it is replaced.
 *   `patiently`: how a write is done that may meet a full disk
 */
export function saveCheckpoint<State>(
  path: string, { tensors, position, state }: Checkpoint<State>, { older, patiently = (work) => work() }: { older?: string, patiently?: Patiently } = {}
): Promise<void> {
  const snapshot = new Map<string, TensorToWrite>()
  for (const [name, tensor] of tensors) {
    if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32') throw new TypeError(`${name} is ${tensor.dtype}`)
    const data = tensor.dataSync<'float32' | 'int32'>() as Float32Array | Int32Array
    snapshot.set(name, { dtype: tensor.dtype === 'int32' ? 'I32' : 'F32', shape: tensor.shape, data })
  }
  const checkpoint = JSON.stringify({ position, state })
  return enqueue(path, async () => {
    const digest = await digestOf(checkpoint, snapshot)
    const target = older === undefined ? path : nextTo(path)
    await patiently(() => writeSafetensors(target, snapshot, { format: 'graft-checkpoint-1', checkpoint, digest }))
    if (older === undefined) return
    // Whenever this is broken off, the two newest lie whole under two of the three names.
    if (await exists(path)) await rename(path, older)
    await rename(nextTo(path), path)
    await syncFolder(dirname(path))
  })
}

/** Where a checkpoint is written before it takes its place. */
export const nextTo = (path: string): string => `${path}.next`

function enqueue(path: string, write: () => Promise<void>): Promise<void> {
  const queue = writing.get(path)
  if (queue === undefined) {
    const current = write()
    const entry: { current: Promise<void>, waiting: Pending | undefined } = { current, waiting: undefined }
    writing.set(path, entry)
    void current.catch(() => undefined).then(() => { if (entry.waiting === undefined) writing.delete(path) })
    return current
  }
  if (queue.waiting) {
    queue.waiting.write = write
    return queue.waiting.done
  }
  const waiting: Pending = { write, done: Promise.resolve() }
  waiting.done = queue.current.catch(() => undefined).then(() => {
    queue.waiting = undefined
    writing.delete(path)
    return enqueue(path, waiting.write)
  })
  queue.waiting = waiting
  return waiting.done
}

/**
 * Reads what saveCheckpoint wrote. The tensors are new, and the caller disposes of them. If the file is torn, changed or
 * no checkpoint this throws `checkpoint-damaged` and names it; if it is missing, a system error.
 * @param schema of the state
 */
export async function loadCheckpoint<State>(path: string, schema: z.ZodType<State>): Promise<Checkpoint<State>> {
  try {
    const { tensors, metadata } = await readSafetensors(path)
    const { checkpoint, digest } = metadataSchema.parse(metadata)
    if (await digestOf(checkpoint, tensors) !== digest) throw new Error('the checksum does not fit')
    const parsed = z.object({ position: positionSchema, state: schema }).parse(JSON.parse(checkpoint))
    return {
      tensors: new Map([...tensors].map(([name, { dtype, shape, data }]) =>
        [name, tf.tensor(data, shape, dtype === 'I32' ? 'int32' : 'float32')])),
      position: parsed.position,
      state: parsed.state as State
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error
    throw new GraftError('checkpoint-damaged', {
      en: `The checkpoint ${path} is damaged and cannot be used.`,
      zh: `检查点 ${path} 已损坏，无法使用。`
    }, {
      remedy: {
        en: 'Start this run again from its beginning.',
        zh: '请从头重新开始此运行。'
      },
      details: error instanceof Error ? error.message : String(error),
      cause: error
    })
  }
}

/** SHA-256 of the text and of each tensor's name and bytes, computed off the main thread. */
async function digestOf(checkpoint: string, tensors: ReadonlyMap<string, TensorToWrite>): Promise<string> {
  const hash = createHash('sha256').update(checkpoint)
  for (const [name, { data }] of tensors) {
    hash.update(`\n${name}\n`).update(new Uint8Array(await webcrypto.subtle.digest('SHA-256', data)))
  }
  return hash.digest('hex')
}
