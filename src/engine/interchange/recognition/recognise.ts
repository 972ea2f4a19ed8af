import { GraftError } from '../../../contract/errors'
import { architectureOf, architectures } from '../../architectures'
import type { Block, NetworkDefinition } from '../../network/definition'
import { blockOutputSize, weightShapes, type Size } from '../../network/shapes'
import type { FileTensor, ModelFile } from '../shared/model-format'
import { candidatesOf, firstFlattened, numbered, type Candidate, type WeightMatch } from './candidate'
import { layersOf, type FileLayer } from './file-layers'
import { dataInGraft, shapeInGraft } from './kernels'
import { namings, type Naming } from './naming'
import { graphOrder, listOrder } from './order-naming'

interface RecogniseOptions {
  /** Only this architecture. */
  architecture?: string
  /** [height, width], where the person says it. */
  size?: readonly [number, number]
}

/** A model file understood as one of Graft's networks. */
export interface Recognised {
  definition: NetworkDefinition
  naming: Naming
  /** Every weight of the definition, by its name in Graft. */
  weights: Map<string, Float32Array>
  /** Whether the file's head came along; without it the definition has no classes. */
  head: boolean
  /** The last layer that the file has, where the backbone is cut before its end. */
  cutAfter?: string
  /** Tensors of the file that found no place. */
  unmatched: { name: string, shape: readonly number[] }[]
  /** Whether another input size is possible. */
  anySize: boolean
  /** The file's convolutions hold the batch normalisations after them; the network has none. */
  folded: boolean
}

/**
 * Finds the architecture whose layers carry the file's names and shapes.
 * @throws GraftError `architecture-not-recognised` naming the closest and its first misfit; `size-misfit`; `weights-not-finite`
 */
export function recognise(path: string, file: ModelFile, { architecture, size }: RecogniseOptions = {}): Recognised {
  const { layers, rest } = layersOf(file)
  if (layers.size === 0) throw noWeights(path)
  const wanted = architecture ?? file.hints.architecture
  const input = size ?? (file.hints.input && [file.hints.input[0], file.hints.input[1]] as const)
  const hints = new Map((file.hints.layers ?? []).map((hint) => [hint.name, hint]))
  const usable = file.steps ? [graphOrder(file.steps)] : file.listed ? [...namings, listOrder(file.listed)] : namings
  const considered = wanted === undefined ? architectures : [architectureOf(wanted)]
  const candidates = considered.flatMap((entry) => usable.filter((naming) => naming.architectures.includes(entry.id))
    .flatMap((naming) => candidatesOf(entry, naming, { layout: file.layout, hints, layers, input, channels: file.hints.input?.[2] })))
  const whole = candidates.filter((candidate) => candidate.misfits.length === 0 && candidate.strangers.length === 0 && missesOnlyATail(candidate))
  whole.sort((first, second) => first.missing.length - second.missing.length || second.matches.length - first.matches.length)
  const [best] = whole
  if (!best) throw notRecognised(path, file, candidates, size)
  return understood(path, file, withLoneHead(best, layers, file), layers, rest)
}

/** Whether the layers that the file lacks are the network's last: then it is the same network, cut. At least half must be there. */
function missesOnlyATail({ layers, missing }: Candidate): boolean {
  const present = layers.length - missing.length
  return present * 2 >= layers.length && layers.slice(0, present).every(({ fileLayer }) => fileLayer)
}

/** A head of another name: the one dense layer that is left over, if it takes the backbone's features. */
function withLoneHead(candidate: Candidate, layers: ReadonlyMap<string, FileLayer>, file: ModelFile): Candidate {
  if (candidate.head || candidate.missing.length > 0 || candidate.naming.graph) return candidate
  const used = new Set(candidate.layers.map(({ fileLayer }) => fileLayer!.name))
  const left = [...layers.values()].filter(({ name }) => !used.has(name))
  const [head] = left
  const shape = head && left.length === 1 ? shapeOfDense(head, file) : undefined
  const { definition } = candidate
  if (!head || !shape || shape[0] !== featureLength(definition.blocks, definition.input)) return candidate
  return { ...candidate, head, definition: { ...definition, classes: numbered(shape[1]!), head: headWith(definition, shape[1]!) } }
}

function shapeOfDense(layer: FileLayer, file: ModelFile): number[] | undefined {
  const factor = layer.weights.get('factor')
  const shape = factor && shapeInGraft(factor, file.layout, [0, 0], false)
  return shape?.length === 2 && [...layer.weights.keys()].every((role) => role === 'factor' || role === 'offset') ? shape : undefined
}

const headWith = (definition: NetworkDefinition, classes: number): Block => ({
  ...definition.head,
  layers: definition.head.layers.map((layer) => layer.kind === 'dense' ? { ...layer, units: classes } : layer)
})

const featureLength = (blocks: readonly Block[], input: Size): number =>
  blocks.reduce<Size>((size, block) => blockOutputSize(block, size), input).reduce((product, length) => product * length, 1)

function understood(
  path: string, file: ModelFile, candidate: Candidate, layers: ReadonlyMap<string, FileLayer>, rest: readonly { name: string, shape: readonly number[] }[]
): Recognised {
  const cut = candidate.missing.length > 0
  const head = candidate.head !== undefined && !cut
  let { definition } = candidate
  if (cut) definition = cutBefore(definition, candidate)
  if (!head) definition = { ...definition, classes: [], head: headWith(definition, 0) }
  const used = new Set<string>()
  const weights = new Map<string, Float32Array>()
  const flattened = firstFlattened(definition)
  const channelsLast = file.steps?.some((step) => step.channelsLast) ?? false
  const matches = matchesOf(candidate, head)
  for (const shape of weightShapes(definition)) {
    const { name, block, layer } = shape
    const tensor = matches.get(name)
    if (!tensor || tensor.data.length === 0) {
      // A head without bias, or none at all; or an offset that the file holds and no step of its graph adds.
      weights.set(name, new Float32Array(shape.shape.reduce((product, length) => product * length, 1)))
      continue
    }
    checkNumbers(path, tensor.name, tensor, shape.weight === 'movingVariance')
    const image = flattened?.block === block && flattened.layer === layer.name && !channelsLast ? flattened.image : undefined
    weights.set(name, dataInGraft(tensor, file.layout, shape.shape, layer.kind === 'depthwise-convolution', image))
    used.add(tensor.name)
  }
  const unmatched = [...[...layers.values()].flatMap((layer) => [...layer.weights.values()]), ...rest]
    .filter(({ name }) => !used.has(name)).map(({ name, shape }) => ({ name, shape }))
  const cutAfter = cut ? candidate.layers.findLast(({ fileLayer }) => fileLayer)?.fileLayer?.name : undefined
  return {
    definition, naming: knownNaming(candidate), weights, head, unmatched, anySize: !flattened,
    folded: candidate.naming.graph?.folded ?? false, ...(cutAfter !== undefined && { cutAfter })
  }
}

/** Whose names the layers carry besides, where their places in a graph told which they are. */
function knownNaming({ naming, architecture, layers: [stem] }: Candidate): Naming {
  const name = stem?.fileLayer?.name
  if (!naming.graph || name === undefined) return naming
  return namings.find((known) => {
    const own = known.architectures.includes(architecture) ? known.layer(stem!.block, stem!.layer.name, architecture) : undefined
    return own !== undefined && (name === own || name.endsWith(`.${own}`) || name.endsWith(`/${own}`))
  }) ?? naming
}

/** The file's tensor for each of the network's weights. */
function matchesOf(candidate: Candidate, head: boolean): Map<string, WeightMatch['tensor']> {
  const result = new Map(candidate.matches.map(({ weight, tensor }) => [weight.name, tensor]))
  if (!head) return result
  const dense = candidate.definition.head.layers.find(({ kind }) => kind === 'dense')!
  const [factor, offset] = [candidate.head!.weights.get('factor'), candidate.head!.weights.get('offset')]
  if (factor) result.set(`head.${dense.name}.kernel`, factor)
  if (offset) result.set(`head.${dense.name}.bias`, offset)
  return result
}

/** The backbone up to the first layer that the file lacks, ending in a feature vector. */
function cutBefore(definition: NetworkDefinition, { missing }: Candidate): NetworkDefinition {
  const first = missing[0]!
  const index = definition.blocks.findIndex(({ name }) => name === first.block)
  const blocks = definition.blocks.slice(0, index)
  const torn = definition.blocks[index]!
  const at = torn.layers.findIndex(({ name }) => name === first.layer.name)
  const kept = torn.layers.slice(0, at)
  // Half a residual block is none.
  const linear = !torn.layers.some(({ kind, inputs }) => kind === 'add' || inputs)
  if (linear && kept.some(({ kind }) => kind === 'convolution' || kind === 'depthwise-convolution' || kind === 'dense')) {
    blocks.push({ ...torn, layers: kept })
  }
  const last = blocks[blocks.length - 1]!
  const size = blocks.reduce<Size>((current, block) => blockOutputSize(block, current), definition.input)
  if (size.length === 3) blocks[blocks.length - 1] = { ...last, layers: [...last.layers, { kind: 'global-average-pooling', name: 'features' }] }
  return { ...definition, blocks }
}

function checkNumbers(path: string, name: string, { data }: FileTensor, variance: boolean): void {
  const bad = data.findIndex((value) => !Number.isFinite(value) || (variance && value < 0))
  if (bad < 0) return
  throw new GraftError('weights-not-finite', {
    en: `${path}: weight ${name} holds ${data[bad]! < 0 ? 'a negative variance' : 'numbers that are not finite (NaN or infinity)'}.`,
    zh: `${path}：权重 ${name} 含有${data[bad]! < 0 ? '负的方差' : '非有限数值（NaN 或无穷大）'}。`
  }, { remedy: { en: 'The training it comes from went astray: choose an earlier checkpoint.', zh: '产生该文件的训练已发散：请选择更早的检查点。' } })
}

function noWeights(path: string): GraftError {
  return new GraftError('no-weights', {
    en: `${path} holds no weights of layers.`, zh: `${path} 中没有层的权重。`
  }, { field: 'path', remedy: { en: 'Choose a file with a network\'s weights (a state dictionary).', zh: '请选择包含网络权重（state_dict）的文件。' } })
}

function notRecognised(path: string, file: ModelFile, candidates: readonly Candidate[], size: readonly [number, number] | undefined): GraftError {
  const known = architectures.map(({ id }) => id).join(', ')
  const [closest] = [...candidates].sort((first, second) => rank(second) - rank(first))
  const remedy = { en: `Graft knows ${known}; name one with --architecture to hear what does not fit it.`, zh: `Graft 支持 ${known}；可用 --architecture 指定其一，以查看不符之处。` }
  if (!closest) {
    const names = [...file.tensors.keys()].slice(0, 3).join(', ')
    return new GraftError('architecture-not-recognised', {
      en: `${path} holds ${file.tensors.size} tensors (${names} …) of no architecture that Graft knows.`,
      zh: `${path} 含有 ${file.tensors.size} 个张量（${names} 等），不属于 Graft 支持的任何结构。`
    }, { field: 'architecture', remedy })
  }
  const reasons = reasonsOf(closest)
  const [reason] = reasons
  const fitting = `${closest.matches.length} / ${closest.size}`
  return new GraftError(size && closest.misfits.length > 0 ? 'size-misfit' : 'architecture-not-recognised', {
    en: `${path} is no network that Graft knows; the closest, ${closest.architecture}, fits in ${fitting} weights: ${reason!}.`,
    zh: `${path} 不是 Graft 支持的网络；最接近的 ${closest.architecture} 有 ${fitting} 个权重相符：${reason!}。`
  }, { field: 'architecture', remedy, details: reasons.slice(0, 50).join('\n') })
}

const rank = ({ matches, size, misfits, strangers }: Candidate): number => matches.length / size - 0.1 * Math.min(5, misfits.length + strangers.length)

function reasonsOf({ misfits, strangers, missing, naming, architecture }: Candidate): string[] {
  return [
    ...misfits.map(({ name, found, wanted }) => `${name} is ${found}, not ${wanted}`),
    ...strangers.map(({ name }) => `${name} has no place in it`),
    ...missing.map(({ block, layer }) => `${naming.layer(block, layer.name, architecture) ?? layer.name} is missing`)
  ]
}
