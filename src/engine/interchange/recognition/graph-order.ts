import type { Block, Layer, NetworkDefinition } from '../../network/definition'
import { outputSize, type Size } from '../../network/shapes'
import { hasWeights, type Sides, type Step } from '../shared/file-graph'

/** How an architecture's layers and a file's steps lie beside each other. */
export interface Alignment {
  /** The file's step of each layer, by `<block>.<layer>`. */
  pairs: ReadonlyMap<string, Step>
  /** Batch normalisations that the file lacks, because the convolutions before them hold them. */
  folded: ReadonlySet<string>
  /** What comes after the backbone and answers: dense steps and what Graft has between them, or one convolution over one pixel. */
  head: readonly Step[]
  /** The first step after the backbone that no head of Graft's has. */
  unsaid?: Step
  /** Poolings of the whole image in whose place the file flattens it. */
  flattened: ReadonlySet<string>
  /** Poolings of the whole image that the file has after the layer normalisation behind them. */
  turned: ReadonlySet<string>
  /** The layer of the architecture where the file ends, or goes on with a head of its own. */
  stop?: { block: string, layer: string }
  /** Where the file goes on otherwise than the architecture, though not with a head. */
  reason?: { wanted: string, found: Step }
}

/** Where a file computes otherwise: a step of it, what it is, and what the architecture has. */
export interface Misfit { name: string, found: string, wanted: string }

const key = (block: string, layer: string): string => `${block}.${layer}`

/** Steps that may come between a backbone and its end, whatever they do: none of them sees an image's neighbourhoods. */
const afterBackbone = new Set<Step['kind']>([
  'dense', 'relu', 'relu6', 'silu', 'gelu', 'hard-swish', 'average', 'flatten', 'batch-normalisation', 'softmax', 'affine', 'max-pooling'
])
/** What may be done to pixels before the first layer. */
const onPixels = new Set<Step['kind']>(['affine', 'flatten', 'channels-reversed', 'resizing'])
/** What a head may have in Graft. */
const inHead = new Set<Step['kind']>(['dense', 'relu', 'relu6', 'silu', 'gelu', 'hard-swish', 'batch-normalisation'])
/** Steps that see an image's neighbourhoods or paths through the network. */
const ofImages = new Set<Step['kind']>(['convolution', 'depthwise-convolution', 'add', 'multiply', 'shortcut', 'slice', 'zero-padding'])

type Wanted = { kind: Step['kind'], name: string, layer: Layer, block: string }

function wantedOf(block: Block): Wanted[] {
  return block.layers.flatMap((layer): Wanted[] => {
    const at = { name: key(block.name, layer.name), layer, block: block.name }
    switch (layer.kind) {
      case 'global-average-pooling':
      case 'squeeze':
      case 'average-pooling': return [{ kind: 'average', ...at }]
      case 'padded-shortcut': return [{ kind: 'shortcut', ...at }]
      case 'sigmoid': return [{ kind: 'softmax', ...at }]
      case 'graph':
      case 'flatten':
      case 'dropout':
      case 'zero-padding': return []
      default: return [{ kind: layer.kind, ...at }]
    }
  })
}

/** A maximum of what ReLU leaves is what ReLU leaves of the maximum: both orders are one. */
function ordered<Entry extends { kind: Step['kind'] }>(entries: readonly Entry[]): Entry[] {
  const result = [...entries]
  for (let index = 1; index < result.length; index++) {
    const [first, second] = [result[index - 1]!, result[index]!]
    if (first.kind === 'max-pooling' && (second.kind === 'relu' || second.kind === 'relu6')) result.splice(index - 1, 2, second, first)
  }
  return result
}

/** Lays the steps beside an architecture's layers, one after the other, as far as both agree. */
export function align({ blocks }: NetworkDefinition, steps: readonly Step[]): Alignment {
  // What is done to pixels first is the input's normalisation.
  const begin = steps.findIndex(({ kind }) => !onPixels.has(kind))
  const found = ordered(steps.slice(Math.max(0, begin)).filter(({ kind }) => kind !== 'flatten'))
  const pairs = new Map<string, Step>()
  const [folded, flattened, turned] = [new Set<string>(), new Set<string>(), new Set<string>()]
  let at = 0
  let before: Wanted | undefined
  const layers = ordered(blocks.flatMap(wantedOf))
  for (const [index, wanted] of layers.entries()) {
    const next = layers[index + 1]
    const [step, after] = [found[at], found[at + 1]]
    if (step && (step.kind === wanted.kind || isPointwise(step, wanted.layer)) && fits(step, wanted.layer) && !isHead(step, after, before && wanted, next)) {
      pairs.set(wanted.name, step)
      at++
    } else if (wanted.kind === 'batch-normalisation' && before && isConvolution(before.kind) && pairs.has(before.name) && step) {
      folded.add(wanted.name)
    } else if (wanted.layer.kind === 'global-average-pooling' && step?.kind === 'dense') {
      flattened.add(wanted.name)
    } else if (wanted.layer.kind === 'global-average-pooling' && isTurned(step, after, next)) {
      // Each place is normalised before the mean is taken, not the mean itself.
      pairs.set(wanted.name, after!)
      found.splice(at, 2, after!, step!)
      turned.add(wanted.name)
      at++
    } else {
      const foreign = found.slice(at).find(({ kind }) => !afterBackbone.has(kind))
      const own = foreign ? [] : cutHead(found.slice(at), before)
      return {
        pairs, folded, flattened, turned, head: own,
        ...(foreign ? { reason: { wanted: wanted.name, found: step! } } : { stop: { block: wanted.block, layer: wanted.layer.name } })
      }
    }
    before = wanted
  }
  const rest = found.slice(at)
  const foreign = foreignIn(rest)
  if (foreign) return { pairs, folded, flattened, turned, head: [], reason: { wanted: 'head', found: foreign } }
  const answered = rest.slice(0, rest.findLastIndex(({ kind }) => kind !== 'softmax') + 1)
  const unsaid = answered.find(({ kind }) => !inHead.has(kind))
  const answers = answered.length === 1 && isConvolution(answered[0]!.kind) ? true : !unsaid && answered.at(-1)?.kind === 'dense'
  return { pairs, folded, flattened, turned, head: answers ? answered : [], ...(unsaid && !answers && { unsaid }) }
}

/** The head behind a network that is cut: it begins behind a mean over the whole image, which may be the network's own. */
function cutHead(rest: readonly Step[], before: Wanted | undefined): Step[] {
  const pooled = rest[0]?.kind === 'average' && rest[0].window === undefined
  if (!pooled && before?.layer.kind !== 'global-average-pooling') return []
  const head = rest.slice(pooled ? 1 : 0, rest.findLastIndex(({ kind }) => kind !== 'softmax') + 1)
  return head.at(-1)?.kind === 'dense' && head.every(({ kind }) => inHead.has(kind)) ? head : []
}

/** Whether a dense step in the place of a backbone's dense layer is a head of the file's own: of other width, or with another activation. */
function isHead(step: Step, after: Step | undefined, wanted: Wanted | undefined, next: Wanted | undefined): boolean {
  if (step.kind !== 'dense' || wanted?.layer.kind !== 'dense') return false
  return (step.units !== undefined && step.units !== wanted.layer.units) || (next !== undefined && after?.kind !== next.kind)
}

const isTurned = (step: Step | undefined, after: Step | undefined, next: Wanted | undefined): boolean =>
  step?.kind === 'layer-normalisation' && after?.kind === 'average' && after.window === undefined && next?.kind === 'layer-normalisation'

/** The first step that no backbone ends before: one that sees neighbourhoods, or anything unknown that such a one follows. */
function foreignIn(rest: readonly Step[]): Step | undefined {
  const single = rest.length > 0 && isConvolution(rest[0]!.kind) && rest.slice(1).every(({ kind }) => kind === 'softmax')
  const last = single ? -1 : rest.findLastIndex(({ kind }) => ofImages.has(kind))
  return rest.slice(0, last + 1).find(({ kind }) => !afterBackbone.has(kind))
}

/** Lays layers beside an architecture's that come in the same order within each kind, where nothing tells how kinds follow one another. */
export function alignKinds({ blocks }: NetworkDefinition, steps: readonly Step[]): Alignment {
  const left = new Map<string, Step[]>()
  for (const step of steps) left.set(step.kind, [...left.get(step.kind) ?? [], step])
  const pairs = new Map<string, Step>()
  for (const { kind, name } of blocks.flatMap(wantedOf)) {
    const step = left.get(kind)?.shift()
    if (step) pairs.set(name, step)
  }
  const rest = [...left.values()].flat()
  const foreign = rest.find(({ kind }) => kind !== 'dense')
  return {
    pairs, folded: new Set(), flattened: new Set(), turned: new Set(), head: rest.length === 1 && rest[0]!.kind === 'dense' ? rest : [],
    ...(foreign && { reason: { wanted: 'anything it has', found: foreign } })
  }
}

const isConvolution = (kind: Step['kind']): boolean => kind === 'convolution' || kind === 'depthwise-convolution'

/** A dense layer over the channels of every place is a convolution of one place, and one over the mean of all places too. */
const isPointwise = ({ kind }: Step, layer: Layer): boolean => layer.kind === 'dense' ? kind === 'convolution'
  : kind === 'dense' && layer.kind === 'convolution' && layer.kernelSize[0] === 1 && layer.kernelSize[1] === 1 && layer.strides[0] === 1

/** Whether a shortcut without parameters takes as many pixels and adds its channels in the same places, as far as the file tells. */
const fits = ({ kind, stride }: Step, layer: Layer): boolean =>
  kind !== 'shortcut' || layer.kind !== 'padded-shortcut' || stride === undefined || stride === layer.stride

/**
 * The network with what the file says of its layers in place of the architecture's own: strides, padding, windows, epsilons, and
 * convolutions with an offset where these hold the batch normalisation. A misfit is what Graft's layers cannot say.
 * @throws GraftError `image-too-small`
 */
export function asInFile(definition: NetworkDefinition, { pairs, folded, flattened, turned }: Alignment): { definition: NetworkDefinition, misfit?: Misfit } {
  let misfit: Misfit | undefined
  let size: Size = definition.input
  const blocks = definition.blocks.map((block) => {
    const sizes = new Map<string, Size>([['input', size]])
    const renamed = new Map<string, string>()
    const layers: Layer[] = []
    let previous = 'input'
    for (const original of block.layers) {
      const name = key(block.name, original.name)
      if (folded.has(name)) {
        renamed.set(original.name, previous)
        continue
      }
      const layer: Layer = flattened.has(name) ? { kind: 'flatten', name: original.name } : original.inputs ? { ...original, inputs: original.inputs.map((input) => renamed.get(input) ?? input) } : original
      misfit ??= shortcutMisfit(layer, pairs.get(name), sizes.get(layer.inputs?.[0] ?? previous)!, name)
      const follows = block.layers[block.layers.indexOf(original) + 1]
      const bare = follows !== undefined && folded.has(key(block.name, follows.name))
      for (const each of said(layer, pairs.get(name), bare, sizes.get(layer.inputs?.[0] ?? previous)!)) {
        layers.push(each)
        sizes.set(each.name, outputSize(each, sizes.get(each.inputs?.[0] ?? previous)!))
        previous = each.name
      }
    }
    const first = layers.findIndex(({ name }) => turned.has(key(block.name, name)))
    if (first >= 0) layers.splice(first, 2, layers[first + 1]!, layers[first]!)
    size = sizes.get(previous)!
    return { ...block, layers }
  })
  return { definition: { ...definition, blocks }, ...(misfit && { misfit }) }
}

/** Channels of zeros lie on both sides of the shortcut's own; a file may have them elsewhere. */
function shortcutMisfit(layer: Layer, step: Step | undefined, input: Size, name: string): Misfit | undefined {
  if (layer.kind !== 'padded-shortcut' || step?.channelsBefore === undefined) return undefined
  const before = Math.floor((layer.channels - input[input.length - 1]!) / 2)
  return step.channelsBefore === before ? undefined
    : { name: step.name, found: `a pad of ${step.channelsBefore} channels in front`, wanted: `${before} as in ${name}` }
}

function said(layer: Layer, step: Step | undefined, bare: boolean, input: Size): Layer[] {
  if (!step) return [layer]
  switch (layer.kind) {
    case 'batch-normalisation':
    case 'layer-normalisation': return [step.epsilon === undefined ? layer : { ...layer, epsilon: step.epsilon }]
    case 'convolution':
    case 'depthwise-convolution':
      return withPadding(
        { ...layer, strides: pair(step.strides ?? layer.strides), bias: layer.bias || bare || step.biased === true }, layer.kernelSize, step.padding, input
      )
    case 'max-pooling': {
      const window = pair(step.window ?? layer.size)
      return withPadding({ ...layer, size: window, strides: pair(step.strides ?? layer.strides) }, window, step.padding, input)
    }
    case 'global-average-pooling': {
      const { window, strides } = step
      if (!window || input.length !== 3 || (window[0] === input[0] && window[1] === input[1])) return [layer]
      // A mean over a part of the image: what is left of the image is flattened.
      return [
        { ...layer, kind: 'average-pooling', size: pair(window), strides: pair(strides ?? window), padding: 'valid' },
        { kind: 'flatten', name: `${layer.name}-flatten` }
      ]
    }
    default: return [layer]
  }
}

const pair = ([height, width]: readonly [number, number]): [number, number] => [height, width]

type Padded = Extract<Layer, { kind: 'convolution' | 'depthwise-convolution' | 'max-pooling' }>

/** The layer padding as the file does; its own word for it where that means the same. */
function withPadding(layer: Padded, window: readonly [number, number], padding: Step['padding'], input: Size): Layer[] {
  if (padding === undefined || padding === layer.padding || input.length !== 3) return [layer]
  const sides = sidesOf(padding, input, window, layer.strides)
  if (sides.join() === sidesOf(layer.padding, input, window, layer.strides).join()) return [layer]
  if (padding === 'same' || padding === 'valid') return [{ ...layer, padding }]
  const [top, left, bottom, right] = sides
  if (top === left && top === bottom && top === right) return [{ ...layer, padding: top === 0 ? 'valid' : top }]
  const name = `${layer.name}-padding`
  const { inputs, ...rest } = layer
  return [
    { kind: 'zero-padding', name, sides: [top, bottom, left, right], ...(inputs && { inputs }) },
    { ...rest, padding: 'valid' }
  ]
}

/** Zeros on each side; where their number is odd TensorFlow's `same` puts the larger part at the end. */
export function sidesOf(padding: 'same' | 'valid' | number | Sides, input: Size, window: readonly [number, number], strides: readonly [number, number]): Sides {
  if (padding === 'valid') return [0, 0, 0, 0]
  if (typeof padding === 'number') return [padding, padding, padding, padding]
  if (padding !== 'same') return padding
  const total = (axis: 0 | 1): number => Math.max(0, (Math.ceil(input[axis]! / strides[axis]) - 1) * strides[axis] + window[axis] - input[axis]!)
  const [height, width] = [total(0), total(1)]
  return [Math.floor(height / 2), Math.floor(width / 2), Math.ceil(height / 2), Math.ceil(width / 2)]
}

/**
 * What the steps before the first weights do to pixels: x · scale + offset by channel, absent where they do nothing; and whether the
 * network then sees blue, green, red. The channels of the numbers are those that the network sees.
 */
export function leadingPixels(steps: readonly Step[]): { affine?: { scale: number[], offset: number[] }, reversed: boolean } {
  let result: { scale: number[], offset: number[] } | undefined
  let reversed = false
  for (const { kind, scale, offset } of steps.slice(0, steps.findIndex(hasWeights))) {
    if (kind === 'channels-reversed') {
      reversed = !reversed
      result = result && { scale: [...result.scale].reverse(), offset: [...result.offset].reverse() }
    }
    if (kind !== 'affine' || !scale || !offset) continue
    const at = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel]!
    const channels = Math.max(scale.length, offset.length, result?.scale.length ?? 1)
    const before = result ?? { scale: [1], offset: [0] }
    const each = Array.from({ length: channels }, (_, channel) => channel)
    result = {
      scale: each.map((channel) => at(before.scale, channel) * at(scale, channel)),
      offset: each.map((channel) => at(before.offset, channel) * at(scale, channel) + at(offset, channel))
    }
  }
  return { ...(result && { affine: result }), reversed }
}
