import * as tf from '@tensorflow/tfjs-core'
import type { NetworkDefinition } from './definition'
import type { Network } from './network'
import { blockSizes, weightShapes, type Size, type WeightShape } from './shapes'

/** What became of the weights of one block when they were matched by name and place. */
export interface Match {
  block: string
  /** `whole`: every number came over; `part`: some; `new`: none; `withheld`: none, for what goes into it is new. */
  how: 'whole' | 'part' | 'new' | 'withheld'
  /** Numbers that came over, and numbers of the block. */
  copied: number
  of: number
}

/**
 * Fills a network with the weights of another of the same family: a weight goes to the one of its name, channel by
 * channel, in the middle of a wider one, the middle of it into a narrower one (so that parameter-free shortcuts, which
 * pad on both sides, still meet their channels). What feeds an old unit from a new channel becomes zero, so that a
 * widened network answers as the old one did (not quite where a shortcut without parameters carries new channels into
 * old ones); what feeds a new unit keeps its fresh values, so that it can learn. Net2Net (Chen et al. 2016) copies units
 * in place of the zeros. Classes are matched by their names.
 *
 * A weight means something only on what it was learned on. So a layer keeps its fresh weights where what goes into it did
 * not come over, the head among them, and a layer's vectors where its kernel did not; what a shortcut still carries past
 * a new layer counts as come over.
 */
export function matchWeights(from: Network, to: Network): Match[] {
  const [old, wanted] = [placesOf(from.definition), placesOf(to.definition)]
  /** Whether what leaves the block before came over: at first the image. */
  let known = true
  return [...to.definition.blocks, to.definition.head].flatMap((block): Match[] => {
    const carries = new Map([['input', known]])
    let [previous, copied, of, named] = ['input', 0, 0, false]
    for (const layer of block.layers) {
      // A kernel is the first of its layer's weights.
      let comes = (layer.inputs ?? [previous]).some((name) => carries.get(name))
      for (const [name, place] of wanted) {
        if (place.weight.block !== block.name || place.weight.layer !== layer) continue
        const variable = to.weights.get(name)!
        const source = old.get(name)
        named ||= source !== undefined
        const count = source && comes ? copyInto(variable, place, from.weights.get(name)!, source) : 0
        if (isKernel(place.weight)) comes = count > 0
        copied += count
        of += variable.size
      }
      carries.set(layer.name, comes)
      previous = layer.name
    }
    const none = named && !known ? 'withheld' : 'new'
    known = carries.get(previous)!
    return of === 0 ? [] : [{ block: block.name, how: copied === 0 ? none : copied === of ? 'whole' : 'part', copied, of }]
  })
}

const isKernel = ({ weight }: WeightShape): boolean => weight === 'kernel' || weight === 'depthwiseKernel'

/** Where each index of an axis comes from: `map[to] = from`, or −1 for a new one. */
type AxisMap = Int32Array

/** A weight with the meaning of its axes. */
interface Place {
  weight: WeightShape
  /** Layout of what goes in: [height, width, channels] before flattening, or [channels]. */
  input: Size
  /** Class names, where the weight is the head's last. */
  classes?: readonly string[]
}

function placesOf(definition: NetworkDefinition): Map<string, Place> {
  const inputs = layouts(definition)
  const last = definition.head.layers.at(-1)!.name
  return new Map(weightShapes(definition).map((weight) => [weight.name, {
    weight,
    input: inputs.get(`${weight.block}.${weight.layer.name}`)!,
    ...(weight.block === definition.head.name && weight.layer.name === last && { classes: definition.classes })
  }]))
}

/** What goes into each layer, by `<block>.<layer>`, as it was before it was flattened. */
function layouts(definition: NetworkDefinition): Map<string, Size> {
  const result = new Map<string, Size>()
  let size: Size = definition.input
  let layout: Size = size
  for (const block of [...definition.blocks, definition.head]) {
    const sizes = blockSizes(block, size)
    const outputs: Map<string, Size> = new Map([['input', layout]])
    let previous = 'input'
    for (const layer of block.layers) {
      const from = layer.inputs?.[0] ?? previous
      const input: Size = outputs.get(from)!
      result.set(`${block.name}.${layer.name}`, input)
      const own = sizes.get(layer.name)!
      const keeps = layer.kind === 'flatten' || (sizes.get(from)!.length === 1 && layer.kind !== 'dense')
      outputs.set(layer.name, keeps ? input : own)
      previous = layer.name
    }
    layout = outputs.get(previous)!
    size = sizes.get(previous)!
  }
  return result
}

/** @returns how many numbers came over */
function copyInto(variable: tf.Variable, to: Place, old: tf.Variable, from: Place): number {
  const [shape, oldShape] = [variable.shape, old.shape]
  const maps = axisMaps(to, from, shape, oldShape)
  if (!maps) return 0
  const values = variable.dataSync<'float32'>().slice()
  const source = old.dataSync<'float32'>()
  const input = inputAxis(to.weight)
  let copied = 0
  const place = new Array<number>(shape.length).fill(0)
  for (let index = 0; index < values.length; index++) {
    let rest = index
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place[axis] = rest % shape[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    let position = 0
    let missing = -1
    for (let axis = 0; axis < shape.length; axis++) {
      const mapped = maps[axis]![place[axis]!]!
      // A new unit stays fresh, whatever feeds it.
      if (mapped < 0) missing = missing < 0 || axis !== input ? axis : missing
      position = position * oldShape[axis]! + mapped
    }
    if (missing < 0) {
      values[index] = source[position]!
      copied++
    } else if (missing === input) values[index] = 0
  }
  if (copied > 0) tf.tidy(() => variable.assign(tf.tensor(values, shape)))
  return copied
}

/** The axis of a kernel along which it takes its input; none for vectors and depthwise kernels. */
const inputAxis = ({ weight, shape }: WeightShape): number => weight === 'kernel' ? shape.length - 2 : -1

/** A map for each axis, or undefined where the weights do not match (another kernel size, another image size). */
function axisMaps(to: Place, from: Place, shape: readonly number[], oldShape: readonly number[]): AxisMap[] | undefined {
  if (to.weight.layer.kind !== from.weight.layer.kind || shape.length !== oldShape.length) return undefined
  const maps: AxisMap[] = []
  for (let axis = 0; axis < shape.length; axis++) {
    const map = axisMap(axis, to, from, shape[axis]!, oldShape[axis]!)
    if (!map) return undefined
    maps.push(map)
  }
  return maps
}

function axisMap(axis: number, to: Place, from: Place, length: number, oldLength: number): AxisMap | undefined {
  const { shape, weight } = to.weight
  const spatial = shape.length === 4 && axis < 2
  if (spatial) return length === oldLength ? centred(length, oldLength) : undefined
  const isOutput = axis === shape.length - 1 && (weight === 'kernel' || weight === 'bias')
  if (isOutput && to.classes && from.classes) return Int32Array.from(to.classes, (name) => from.classes!.indexOf(name))
  const vectorOfInput = weight !== 'bias' && shape.length === 1
  return axis === inputAxis(to.weight) || vectorOfInput ? alongLayout(to.input, from.input, length) : centred(length, oldLength)
}

/** Channels matched in the middle, pixels one to one. */
function alongLayout(to: Size, from: Size, length: number): AxisMap | undefined {
  const [channels, oldChannels] = [to.at(-1)!, from.at(-1)!]
  const map = centred(channels, oldChannels)
  if (to.length !== from.length) return undefined
  if (length === channels) return map
  if (to[0] !== from[0] || to[1] !== from[1]) return undefined
  return Int32Array.from({ length }, (_, index) => {
    const channel = map[index % channels]!
    return channel < 0 ? -1 : Math.floor(index / channels) * oldChannels + channel
  })
}

function centred(length: number, oldLength: number): AxisMap {
  const offset = Math.floor((length - oldLength) / 2)
  return Int32Array.from({ length }, (_, index) => {
    const old = index - offset
    return old >= 0 && old < oldLength ? old : -1
  })
}
