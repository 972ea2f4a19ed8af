import type { ImageShape } from '../../../contract/datasets'
import { definitionOf, type Architecture, type LayerHint } from '../../architectures'
import type { Layer, NetworkDefinition } from '../../network/definition'
import { blockOutputSize, blockSizes, weightShapes, type Size, type WeightShape } from '../../network/shapes'
import type { KernelLayout } from '../shared/model-format'
import { roleOf, type FileLayer, type NamedTensor } from './file-layers'
import { shapeInGraft } from './kernels'
import type { Naming } from './naming'
import { gridOf } from './positions'

/** One of the network's layers that have weights, and the file's layer of its name. */
interface LayerMatch { block: string, layer: Layer, weights: WeightShape[], fileLayer: FileLayer | undefined }
interface WeightMatch { weight: WeightShape, tensor: NamedTensor }

/** A network that a file may hold, and how far its tensors fit. */
export interface Candidate {
  architecture: string
  naming: Naming
  /** What the names of its layers have in front of the naming's own. */
  prefix: string
  definition: NetworkDefinition
  layers: LayerMatch[]
  matches: WeightMatch[]
  /** Tensors of the right name and another shape, or missing beside others of their layer. */
  misfits: { name: string, found: string, wanted: string }[]
  /** Layers of the backbone that the file does not have. */
  missing: LayerMatch[]
  head: FileLayer | undefined
  /** File layers within the backbone that the network does not have: then it is another network. */
  strangers: FileLayer[]
  /** How many weights the network has, those of its head where there is one. */
  size: number
}

interface CandidateOptions {
  layout: KernelLayout
  hints: ReadonlyMap<string, LayerHint>
  /** [height, width] that the person or the file says. */
  input: readonly [number, number] | undefined
  /** Channels of its images, where the file says them. */
  channels: 1 | 3 | undefined
  layers: ReadonlyMap<string, FileLayer>
  /** Tensors of the file that are no weight of a layer. */
  rest: readonly NamedTensor[]
}

const isDepthwise = (layer: Layer): boolean => layer.kind === 'depthwise-convolution'
/** Class names of a network whose file does not say them. */
export const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

/** Every network of an architecture, under a naming, that could stand in these layers: one a prefix and width. */
export function candidatesOf(architecture: Architecture, naming: Naming, options: CandidateOptions): Candidate[] {
  const plain = definitionOf(architecture, architecture.defaultInput, ['0'])
  const stem = weightShapes(plain)[0]!
  const name = naming.layer(stem.block, stem.layer.name, architecture.id)
  if (name === undefined) return []
  const result: Candidate[] = []
  for (const layer of options.layers.values()) {
    if (layer.name !== name && (naming.at || !(layer.name.endsWith(`.${name}`) || layer.name.endsWith(`/${name}`)))) continue
    const factor = layer.weights.get('factor')
    if (!factor) continue
    const shape = shapeInGraft(factor, options.layout, stem.shape, false)
    const prefix = layer.name.slice(0, layer.name.length - name.length)
    for (const channels of channelsFor(shape, stem.shape, options.channels)) {
      for (const width of widthsFor(architecture, shape.at(-1)!)) {
        const of = naming.at?.(definitionOf(architecture, architecture.defaultInput, ['0'], width === undefined ? {} : { width })) ?? naming
        result.push(matchCandidate(architecture, of, options, { prefix, channels, ...(width !== undefined && { width }) }))
      }
    }
  }
  return result
}

/** Channels of the images that a first layer takes: a convolution tells them; a dense layer takes what was flattened. */
function channelsFor(shape: readonly number[], wanted: readonly number[], said: 1 | 3 | undefined): (1 | 3)[] {
  if (shape.length !== wanted.length) return []
  if (shape.length === 2) return said === undefined ? [3, 1] : [said]
  return [1, 3].filter((channels): channels is 1 | 3 => channels === shape[2])
}

/** Widths at which the first convolution has so many filters; undefined stands for an architecture of one width. */
function widthsFor(architecture: Architecture, filters: number): (number | undefined)[] {
  const filtersAt = (options: Record<string, number>): number =>
    weightShapes(definitionOf(architecture, architecture.defaultInput, ['0'], options))[0]!.shape.at(-1)!
  if (!('width' in architecture.parameters)) return filtersAt({}) === filters ? [undefined] : []
  const usual = [1, 0.25, 0.35, 0.5, 0.75, 1.3, 1.4, 2]
  const exact = filters / filtersAt({})
  return [...new Set([...usual, exact])].filter((width) => width >= 0.125 && width <= 4 && filtersAt({ width }) === filters)
}

interface Place { prefix: string, channels: 1 | 3, width?: number }

function matchCandidate(architecture: Architecture, naming: Naming, options: CandidateOptions, { prefix, channels, width }: Place): Candidate {
  const head = headOf(naming, prefix, options)
  const nameOf = (block: string, layer: string): string | undefined => {
    const name = naming.layer(block, layer, architecture.id)
    return name === undefined ? undefined : prefix + name
  }
  const build = (input: ImageShape): NetworkDefinition => {
    const classes = head?.weights.get('factor')
    const count = classes ? shapeInGraft(classes, options.layout, [0, 0], false)[1]! : 0
    const built = definitionOf(architecture, input, numbered(count), width === undefined ? {} : { width })
    const hints = new Map([...options.hints].map(([name, hint]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, hint]))
    return withEpsilons(naming.adapt?.(built, hints) ?? built, options.hints, nameOf)
  }
  const usual: ImageShape = [options.input?.[0] ?? architecture.defaultInput[0], options.input?.[1] ?? architecture.defaultInput[1], channels]
  const given = build(usual)
  const positions = options.input ? undefined
    : sideOfPositions(given, options.layout, (block, layer) => options.layers.get(nameOf(block, layer) ?? '')?.weights.get('factor'))
  const usualOrFitting = (): NetworkDefinition => build(inputThatFits(given, usual, (block, layer) => {
    const factor = options.layers.get(nameOf(block, layer) ?? '')?.weights.get('factor')
    return factor && shapeInGraft(factor, options.layout, [0, 0], false)[0]
  }, build))
  const definition = options.input ? given : positions === undefined ? usualOrFitting() : build([positions, positions, channels])
  return compare(architecture.id, naming, definition, prefix, head, nameOf, options)
}

function headOf(naming: Naming, prefix: string, { layers, layout }: CandidateOptions): FileLayer | undefined {
  for (const name of naming.heads) {
    for (const found of [layers.get(prefix + name), layers.get(name)]) {
      const factor = found?.weights.get('factor')
      if (factor && shapeInGraft(factor, layout, [0, 0], false).length === 2) return found
    }
  }
  return undefined
}

/** The epsilons that the file says, in place of the architecture's. */
function withEpsilons(
  definition: NetworkDefinition, hints: ReadonlyMap<string, LayerHint>, nameOf: (block: string, layer: string) => string | undefined
): NetworkDefinition {
  if (hints.size === 0) return definition
  return {
    ...definition,
    blocks: definition.blocks.map((block) => ({
      ...block,
      layers: block.layers.map((layer) => {
        const epsilon = hints.get(nameOf(block.name, layer.name) ?? '')?.epsilon
        return (layer.kind === 'batch-normalisation' || layer.kind === 'layer-normalisation') && epsilon !== undefined ? { ...layer, epsilon } : layer
      })
    }))
  }
}

/**
 * The input for which the first dense layer takes as many numbers as the file's does: the usual one where it fits, else the
 * smallest square. A network without such a layer takes any size.
 */
function inputThatFits(
  definition: NetworkDefinition, usual: ImageShape, inputsOf: (block: string, layer: string) => number | undefined,
  build: (input: ImageShape) => NetworkDefinition
): ImageShape {
  const dense = firstFlattened(definition)
  const wanted = dense && inputsOf(dense.block, dense.layer)
  if (!dense || wanted === undefined || dense.inputs === wanted) return usual
  for (let side = 4; side <= 512; side++) {
    const input: ImageShape = [side, side, usual[2]]
    let found: ReturnType<typeof firstFlattened>
    try {
      found = firstFlattened(build(input))
    } catch {
      // Too small for the network.
      continue
    }
    if (found!.inputs === wanted) return input
    if (found!.inputs > wanted) break
  }
  return usual
}

/** Images up to this side are taken at the size that a file's positions were learned at; of larger ones the architecture's is taken. */
const longestOwnSide = 384

/** The side of the images that a transformer's learned positions are for, where it is not the usual one. */
function sideOfPositions(
  { blocks: [stem] }: NetworkDefinition, layout: KernelLayout, tensorOf: (block: string, layer: string) => NamedTensor | undefined
): number | undefined {
  const tokens = stem!.layers.find((layer) => layer.kind === 'tokens')
  const patches = stem!.layers.find((layer) => layer.kind === 'convolution')
  const positions = tokens && tensorOf(stem!.name, stem!.layers.find(({ kind }) => kind === 'positions')?.name ?? '')
  const side = positions && gridOf(shapeInGraft(positions, layout, [0, 0], false)[0] ?? 0, tokens.count)
  const pixels = side === undefined || !patches ? undefined : side * patches.strides[0]
  return pixels !== undefined && pixels <= longestOwnSide ? pixels : undefined
}

interface Flattened { block: string, layer: string, inputs: number, image: readonly [number, number, number] }

/** The dense layer that follows a flattening, in its block or as the next block's first, with the image that is flattened. */
export function firstFlattened(definition: NetworkDefinition): Flattened | undefined {
  let size: Size = definition.input
  let image: readonly [number, number, number] | undefined
  for (const block of [...definition.blocks, definition.head]) {
    const sizes = blockSizes(block, size)
    for (const [index, layer] of block.layers.entries()) {
      if (layer.kind === 'dense' && image) return { block: block.name, layer: layer.name, inputs: image[0] * image[1] * image[2], image }
      const before: Size = index === 0 ? size : sizes.get(block.layers[index - 1]!.name)!
      if (layer.kind === 'flatten' && before.length === 3) image = before
    }
    size = blockOutputSize(block, size)
  }
  return undefined
}

const shapeText = (shape: readonly number[]): string => shape.length === 0 ? 'a number' : shape.join('×')

/** Lays the file's layers beside the network's. */
function compare(
  architecture: string, naming: Naming, definition: NetworkDefinition, prefix: string, head: FileLayer | undefined,
  nameOf: (block: string, layer: string) => string | undefined, { layers, layout, rest }: CandidateOptions
): Candidate {
  const groups: LayerMatch[] = []
  const shapes = weightShapes(definition)
  for (const weight of shapes) {
    if (weight.block === definition.head.name) continue
    const last = groups.at(-1)
    if (last?.block === weight.block && last.layer.name === weight.layer.name) last.weights.push(weight)
    else {
      const name = nameOf(weight.block, weight.layer.name)
      groups.push({ block: weight.block, layer: weight.layer, weights: [weight], fileLayer: name === undefined ? undefined : layers.get(name) })
    }
  }
  const headWeights = shapes.filter(({ block }) => block === definition.head.name)
  const all = head && headWeights.length > 0
    ? [...groups, { block: definition.head.name, layer: headWeights[0]!.layer, weights: headWeights, fileLayer: head }] : groups
  const matches: WeightMatch[] = []
  const otherwise = naming.graph?.misfit()
  const misfits: Candidate['misfits'] = [...otherwise ? [otherwise] : [], ...partsOfOtherTransformers(definition, layers, rest)]
  for (const { fileLayer, weights } of all) {
    if (!fileLayer) continue
    for (const weight of weights) {
      const tensor = fileLayer.weights.get(roleOf(weight.weight))
      const found = tensor && shapeInGraft(tensor, layout, weight.shape, isDepthwise(weight.layer))
      if (tensor && (found!.join() === weight.shape.join() || isOtherGrid(weight, found!))) matches.push({ weight, tensor })
      // A head may do without; and exporters leave out an offset of zeros.
      else if (!tensor && weight.weight === 'bias' && (fileLayer === head || naming.graph?.whole)) continue
      else misfits.push({ name: tensor?.name ?? `${fileLayer.name} (${weight.weight})`, found: found ? shapeText(found) : '–', wanted: shapeText(weight.shape) })
    }
    // A bias that the network has no place for would be lost without a word.
    const known = new Set(weights.map(({ weight }) => roleOf(weight)))
    for (const [role, tensor] of fileLayer.weights) if (!known.has(role)) misfits.push({ name: tensor.name, found: shapeText(tensor.shape), wanted: '–' })
  }
  return {
    architecture, naming, prefix, definition, layers: groups, matches, misfits, head,
    missing: groups.filter(({ fileLayer }) => !fileLayer),
    // A graph says itself what belongs to the backbone.
    strangers: naming.graph ? []
      : strangersOf(definition, prefix, new Set(all.flatMap(({ fileLayer }) => fileLayer ? [fileLayer.name] : [])), nameOf, groups, layers),
    size: shapes.length - (head ? 0 : headWeights.length)
  }
}

/** More tokens than a class token, and a normalisation before the first layer. */
const otherParts = /(^|[._/])(register_tokens|reg_token|dist_token|distillation_token|norm_pre|pre_layrnorm)([./]|$)/

/** Weights of a transformer that Graft's transformers have no place for: without them everything after would be another thing. */
function partsOfOtherTransformers(
  { blocks }: NetworkDefinition, layers: ReadonlyMap<string, FileLayer>, rest: readonly NamedTensor[]
): Candidate['misfits'] {
  if (!blocks.some((block) => block.layers.some(({ kind }) => kind === 'tokens'))) return []
  return [...[...layers.values()].flatMap(({ weights }) => [...weights.values()]), ...rest].filter(({ name }) => otherParts.test(name))
    .map(({ name, shape }) => ({ name, found: shapeText(shape), wanted: '–' }))
}

/** Whether positions were learned for another number of patches, and can be brought to this one. */
const isOtherGrid = ({ weight, shape }: WeightShape, [places, channels]: readonly number[]): boolean =>
  weight === 'positions' && channels === shape[1] && places !== undefined && gridOf(places, 1) !== undefined

/** Layers of the file that stand between those of the backbone, by their names, and that it does not have. */
function strangersOf(
  definition: NetworkDefinition, prefix: string, used: ReadonlySet<string>,
  nameOf: (block: string, layer: string) => string | undefined, groups: readonly LayerMatch[], layers: ReadonlyMap<string, FileLayer>
): FileLayer[] {
  const within = new Set<string>()
  for (const { fileLayer } of groups) {
    for (let name = fileLayer?.name ?? ''; name.length > prefix.length;) {
      name = name.slice(0, Math.max(0, name.lastIndexOf('.')))
      if (name.length > prefix.length) within.add(name)
    }
  }
  // Graft's TensorFlow.js files say the parameter-free shortcut as a convolution by ones.
  const shortcuts = new Set(definition.blocks.flatMap((block) => block.layers
    .filter(({ kind }) => kind === 'padded-shortcut').map(({ name }) => nameOf(block.name, name))))
  return [...layers.values()].filter((layer) => {
    if (used.has(layer.name) || (shortcuts.has(layer.name) && onlySelects(layer))) return false
    for (let name = layer.name; name.includes('.');) {
      name = name.slice(0, name.lastIndexOf('.'))
      if (within.has(name)) return true
    }
    return false
  })
}

/** Whether a 1×1 convolution only carries channels over: one 1 an input channel, and nothing else. */
function onlySelects({ weights }: FileLayer): boolean {
  const factor = weights.get('factor')
  if (weights.size !== 1 || factor?.shape.length !== 4) return false
  const [height, width, into, out] = factor.shape as [number, number, number, number]
  if (height !== 1 || width !== 1 || out < into) return false
  const before = Math.floor((out - into) / 2)
  return factor.data.every((value, index) => value === (index % out === before + Math.floor(index / out) ? 1 : 0))
}
