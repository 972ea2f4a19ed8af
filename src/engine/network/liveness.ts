import type { Block, Layer, NetworkDefinition } from './definition'
import { blockSizes, type Size } from './shapes'

const plans = new WeakMap<Block, readonly (readonly string[])[]>()

/** Names of a block's layers, or `input`, that none reads any more once the layers from `first` to `last` have run. */
export function readLastBy(block: Block, first: number, last: number): string[] {
  const plan = plans.get(block) ?? planOf(block)
  plans.set(block, plan)
  return plan.slice(first, last + 1).flat()
}

function planOf({ layers }: Block): string[][] {
  const lastRead = new Map<string, number>()
  layers.forEach(({ inputs }, index) => {
    for (const name of inputs ?? [index === 0 ? 'input' : layers[index - 1]!.name]) lastRead.set(name, index)
  })
  const plan: string[][] = layers.map(() => [])
  for (const [name, index] of lastRead) plan[index]!.push(name)
  return plan
}

const bytesOf = (size: Size): number => size.reduce((product, length) => product * length, 4)

/**
 * Bytes that one image takes at most while a network looks at it in inference: a block's input, the outputs that are still to be
 * read, the one that is being made, and with it a copy of what goes in (zeros around it, another order of its channels).
 */
export function inferenceBytes({ blocks, head, input }: Pick<NetworkDefinition, 'blocks' | 'head' | 'input'>): number {
  let most = 0
  let size: Size = input
  for (const block of [...blocks, head]) {
    const sizes = blockSizes(block, size)
    const alive = new Map([['input', bytesOf(size)]])
    let previous = 'input'
    for (let index = 0; index < block.layers.length; index++) {
      const layer = block.layers[index]!
      const read = layer.inputs?.[0] ?? previous
      const convolves = layer.kind === 'convolution' || layer.kind === 'depthwise-convolution'
      alive.set(layer.name, bytesOf(sizes.get(layer.name)!))
      // An attention also holds what every place thinks of every other, twice.
      const copy = convolves ? alive.get(read)! : layer.kind === 'attention' ? 8 * layer.heads * sizes.get(layer.name)![0] ** 2 : 0
      most = Math.max(most, copy + [...alive.values()].reduce((sum, bytes) => sum + bytes, bytesOf(input)))
      previous = layer.name
      for (const name of readLastBy(block, index, index)) if (name !== 'input') alive.delete(name)
    }
    size = sizes.get(previous)!
  }
  return most
}

/** Layers that are several operations here, each of which keeps its output for the way back. */
const stepsWithin: Partial<Record<Layer['kind'], number>> = { 'gelu': 4, 'layer-normalisation': 3 }

/** Bytes that one image and the outputs of all layers for it take: what training holds of it until the way back. */
export function outputBytes({ blocks, head, input }: Pick<NetworkDefinition, 'blocks' | 'head' | 'input'>): number {
  let size: Size = input
  let sum = bytesOf(input)
  for (const block of [...blocks, head]) {
    const sizes = blockSizes(block, size)
    for (const layer of block.layers) {
      sum += (stepsWithin[layer.kind] ?? 1) * bytesOf(sizes.get(layer.name)!)
      // An attention also holds what every place thinks of every other, three times: scaled, as shares, and turned.
      if (layer.kind === 'attention') sum += 3 * 4 * layer.heads * sizes.get(layer.name)![0] ** 2
    }
    size = sizes.get(block.layers.at(-1)!.name)!
  }
  return sum
}
