import { join } from 'node:path'
import { architectureOf, definitionOf } from '../../engine/architectures'
import { writeSafetensors } from '../../engine/safetensors/safetensors'
import { weightShapes } from '../../engine/network/shapes'

/** Writes a LeNet's file with a tensor too many. */
export async function lenetFile(folder: string): Promise<string> {
  const definition = definitionOf(architectureOf('lenet'), [28, 28, 1], ['a', 'b'])
  const tensors = new Map(weightShapes(definition).map(({ name, shape }) => {
    const length = shape.reduce((product, side) => product * side, 1)
    return [name, { dtype: 'F32' as const, shape, data: new Float32Array(length).fill(0.01) }]
  }))
  tensors.set('extra.weight', { dtype: 'F32', shape: [3], data: new Float32Array(3) })
  const path = join(folder, 'net.safetensors')
  await writeSafetensors(path, tensors, { format: 'graft' })
  return path
}
