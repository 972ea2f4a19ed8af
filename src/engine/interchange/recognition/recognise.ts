import { GraftError } from '../../../contract/errors'
import type { Remark } from '../../../contract/models'
import { architectureOf, architectures } from '../../architectures'
import type { Layer, LayerOf, NetworkDefinition } from '../../network/definition'
import { blockOutputSize, weightShapes, type Size } from '../../network/shapes'
import type { FileTensor, ModelFile } from '../shared/model-format'
import { candidatesOf, firstFlattened, numbered, type Candidate } from './candidate'
import { headOf, unitsOf } from './file-head'
import { layersOf, roleOf, type FileLayer, type NamedTensor } from './file-layers'
import type { HeadLayer } from './heads'
import { dataInGraft, shapeInGraft } from './kernels'
import { notRecognised } from './misfits'
import { graftNames, namings, type Naming } from './naming'
import { gridOf, resampledPositions } from './positions'
import { isAveraged } from '../shared/twins'
import { graphOrder, listOrder } from './order-naming'
import { shapeOrders } from './shape-order'

interface RecogniseOptions {
  /** Only this architecture. */
  architecture?: string
  /** [height, width], where the person says it. */
  size?: readonly [number, number]
  /** Class names, where the person gives them. */
  classes?: readonly string[]
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
  /** What was read, left out or taken for granted that the other facts do not tell. */
  remarks: Remark[]
}

/**
 * Finds the architecture whose layers carry the file's names and shapes.
 * @throws GraftError `architecture-not-recognised` naming the closest and its first misfit; `size-misfit`; `weights-not-finite`
 */
export function recognise(path: string, file: ModelFile, { architecture, size, classes }: RecogniseOptions = {}): Recognised {
  const { layers, rest } = layersOf(file)
  if (layers.size === 0) throw noWeights(path)
  const wanted = architecture ?? file.hints.architecture
  const input = size ?? (file.hints.input && [file.hints.input[0], file.hints.input[1]] as const)
  const hints = new Map((file.hints.layers ?? []).map((hint) => [hint.name, hint]))
  const considered = wanted === undefined ? architectures : [architectureOf(wanted)]
  const candidatesBy = (usable: readonly Naming[]): Candidate[] => (
    considered.flatMap((entry) => usable.filter((naming) => naming.architectures.includes(entry.id))
      .flatMap((naming) => candidatesOf(entry, naming, { layout: file.layout, hints, layers, rest, input, channels: file.hints.input?.[2] }))))
  const candidates = candidatesBy(file.steps ? [graphOrder(file.steps)] : file.listed ? [...namings, listOrder(file.listed)] : namings)
  let best = bestOf(candidates)
  if (!best && !file.steps && !file.listed) {
    // Names that nobody told Graft of: then by shapes and order.
    candidates.push(...candidatesBy(shapeOrders(file, layers)))
    best = bestOf(candidates)
  }
  if (file.also && (!best || leavesDense(best, layers))) {
    // What names leave over may be told by the graph, such as the activations of a head.
    const byGraph = candidatesBy([graphOrder(file.also)])
    const other = bestOf(byGraph)
    if (other && other.missing.length <= (best?.missing.length ?? Infinity) && (other.naming.graph!.head!.length > 0 || !best)) {
      return understood(path, { ...file, steps: file.also }, other, layers, rest, classes)
    }
  }
  if (!best && file.steps && file.hints.architecture !== undefined) {
    // Graft's own file of a network whose steps it does not read back, a transformer's: then by the names.
    candidates.push(...candidatesBy([graftNames]))
    best = bestOf(candidates)
  }
  if (!best) throw notRecognised(path, file, candidates, { sized: size !== undefined, named: architecture })
  const { chosen, left } = amongTwins(best, candidates)
  const found = understood(path, file, chosen, layers, rest, classes)
  return left.length === 0 ? found : { ...found, remarks: [...found.remarks, oneOf(chosen.prefix, left)] }
}

/** Of several whole networks of one kind in a file, as a student and its teacher, the averaged one. */
function amongTwins(best: Candidate, candidates: readonly Candidate[]): { chosen: Candidate, left: string[] } {
  const alike = candidates.filter((each) => isWhole(each) && each.architecture === best.architecture && each.naming.id === best.naming.id
    && each.missing.length === best.missing.length && Math.abs(each.matches.length - best.matches.length) <= 2)
  const byPrefix = new Map(alike.map((each) => [each.prefix, each]))
  // A prefix of one that is read only lets the same layers be found again.
  if (best.naming.graph || byPrefix.size < 2) return { chosen: best, left: [] }
  const chosen = alike.find(({ prefix }) => isAveraged(prefix)) ?? best
  return { chosen, left: [...byPrefix.keys()].filter((prefix) => prefix !== chosen.prefix) }
}

const oneOf = (read: string, left: readonly string[]): Remark => {
  const shown = (prefix: string): string => prefix === '' ? '…' : `${prefix}…`
  const others = left.slice(0, 5).map(shown).join(', ')
  return { about: 'assumed', text: {
    en: `The file holds several networks of this kind; ${shown(read)} is read${isAveraged(read) ? ', the mean over training' : ''}, and ${others} left out. To have another, save it by itself.`,
    zh: `文件中有多个同类网络；读取的是 ${shown(read)}${isAveraged(read) ? '（训练过程中的平均）' : ''}，不读取 ${others}。如需另一个，请单独保存。`
  } }
}

/** Whether a file has dense layers that are none of the backbone's and no head of one layer. */
function leavesDense({ layers: backbone, head }: Candidate, layers: ReadonlyMap<string, FileLayer>): boolean {
  const used = new Set([...backbone.map(({ fileLayer }) => fileLayer), head])
  return [...layers.values()].some((layer) => layer.weights.get('factor')?.shape.length === 2 && !used.has(layer))
}

/** The network that fits whole, or all but its end; of several the one that takes the most of the file. */
function bestOf(candidates: readonly Candidate[]): Candidate | undefined {
  const whole = candidates.filter(isWhole)
  whole.sort((first, second) => first.missing.length - second.missing.length || second.matches.length - first.matches.length)
  return whole[0]
}

const isWhole = (candidate: Candidate): boolean => candidate.misfits.length === 0 && candidate.strangers.length === 0 && missesOnlyATail(candidate)

/** Whether the layers that the file lacks are the network's last: then it is the same network, cut. At least half must be there. */
function missesOnlyATail({ layers, missing }: Candidate): boolean {
  const present = layers.length - missing.length
  return present * 2 >= layers.length && layers.slice(0, present).every(({ fileLayer }) => fileLayer)
}

function understood(
  path: string, file: ModelFile, candidate: Candidate, layers: ReadonlyMap<string, FileLayer>, rest: readonly NamedTensor[], classes?: readonly string[]
): Recognised {
  const end = endOf(candidate)
  const backbone = end ? cutBefore(candidate.definition, end) : candidate.definition
  const { head, remarks } = headOf(candidate, backbone, file, layers, rest, classes)
  const definition = head ? withHead(backbone, head) : withoutHead(backbone)
  const used = new Set<string>()
  const weights = new Map<string, Float32Array>()
  const flattened = firstFlattened(definition)
  const channelsLast = file.steps?.some((step) => step.channelsLast) ?? false
  const matches = new Map(candidate.matches.map(({ weight, tensor }) => [weight.name, tensor]))
  const alone = head !== undefined && unitsOf(head) === 1
  for (const shape of weightShapes(definition)) {
    const { name, block, layer } = shape
    const inHead = block === definition.head.name
    const tensor = inHead ? head?.find((each) => each.layer.name === layer.name)?.fileLayer?.weights.get(roleOf(shape.weight)) : matches.get(name)
    if (!tensor || tensor.data.length === 0) {
      // A head without bias, or none at all; or an offset that the file holds and no step of its graph adds.
      weights.set(name, new Float32Array(shape.shape.reduce((product, length) => product * length, 1)))
      continue
    }
    checkNumbers(path, tensor.name, tensor, shape.weight === 'movingVariance')
    const [places = 0, channels = 0] = shape.weight === 'positions' ? shapeInGraft(tensor, file.layout, shape.shape, false) : []
    if (places > 0 && places !== shape.shape[0]) {
      const side = gridOf(places, 1)!
      const wanted = patchesOf(definition)
      const given = dataInGraft(tensor, file.layout, [places, channels], false)
      weights.set(name, resampledPositions(given, { side, wanted, channels, smoothed: candidate.naming.positions !== 'plain' }))
      remarks.push(otherPositions(side, wanted))
      used.add(tensor.name)
      continue
    }
    const image = flattened?.block === block && flattened.layer === layer.name && !channelsLast ? flattened.image : undefined
    const one = alone && inHead && layer === definition.head.layers.at(-1)
    const lengths = one ? [...shape.shape.slice(0, -1), 1] : shape.shape
    const data = dataInGraft(tensor, file.layout, lengths, layer.kind === 'depthwise-convolution', image)
    weights.set(name, one ? besideZero(data) : data)
    used.add(tensor.name)
  }
  const unmatched = [...[...layers.values()].flatMap((layer) => [...layer.weights.values()]), ...rest]
    .filter(({ name }) => !used.has(name)).map(({ name, shape }) => ({ name, shape }))
  const own = new Set(backbone.blocks.flatMap((block) => block.layers.map((layer) => `${block.name}.${layer.name}`)))
  const cutAfter = end && candidate.layers.findLast(({ block, layer, fileLayer }) => fileLayer && own.has(`${block}.${layer.name}`))?.fileLayer?.name
  return {
    definition, naming: knownNaming(candidate), weights, head: head !== undefined, unmatched, anySize: !flattened, remarks,
    folded: candidate.naming.graph?.folded ?? false, ...(cutAfter !== undefined && { cutAfter })
  }
}

/** Patches of a vision transformer's images, down and across. */
function patchesOf({ blocks: [stem], input }: NetworkDefinition): [number, number] {
  const { strides } = stem!.layers.find((layer) => layer.kind === 'convolution')!
  return [Math.floor(input[0] / strides[0]), Math.floor(input[1] / strides[1])]
}

const otherPositions = (side: number, [height, width]: readonly [number, number]): Remark => ({ about: 'read', text: {
  en: `Its positions were learned for ${side} × ${side} patches and are interpolated to ${height} × ${width}.`,
  zh: `其位置编码是为 ${side} × ${side} 个图块学得的，已插值到 ${height} × ${width}。`
} })

const withoutHead = (definition: NetworkDefinition): NetworkDefinition => withHead(definition, [{ layer: { ...denseIn(definition), units: 0 } }])
const denseIn = ({ head }: NetworkDefinition): LayerOf<'dense'> => head.layers.find((layer) => layer.kind === 'dense')!

/** The network with the file's head: one layer in the place of the architecture's own, or all of several. */
function withHead(definition: NetworkDefinition, head: readonly HeadLayer[]): NetworkDefinition {
  const units = unitsOf(head)
  // One output is the second of two classes, and the first is what is left of 1.
  const count = units === 1 ? 2 : units
  const [only, more] = head
  const layers = only && !more ? definition.head.layers.map((layer) => layer.kind === 'dense' ? { ...layer, name: only.layer.name, units: count } : layer)
    : head.map(({ layer }, index) => index === head.length - 1 && layer.kind === 'dense' ? { ...layer, units: count } : layer)
  return { ...definition, classes: numbered(count), head: { ...definition.head, layers } }
}

/** The weights of one output as those of the second of two: softmax of 0 and x is 1 − σ(x) and σ(x). */
function besideZero(data: Float32Array): Float32Array {
  const result = new Float32Array(2 * data.length)
  data.forEach((value, index) => { result[2 * index + 1] = value })
  return result
}

/** Whose names the layers carry besides, where their places in a graph told which they are. */
function knownNaming({ naming, architecture, layers: [stem] }: Candidate): Naming {
  const name = stem?.fileLayer?.name
  if (naming.id !== 'graph-order' || name === undefined) return naming
  return namings.find((known) => {
    const own = known.architectures.includes(architecture) ? known.layer(stem!.block, stem!.layer.name, architecture) : undefined
    return own !== undefined && (name === own || name.endsWith(`.${own}`) || name.endsWith(`/${own}`))
  }) ?? naming
}

/** Layers at which a network may end without being another one. */
const endings = new Set<Layer['kind']>(['global-average-pooling', 'flatten', 'dropout'])

/** The first layer that the file lacks, where it lacks any that counts. */
function endOf({ definition, missing, naming }: Candidate): { block: string, layer: string } | undefined {
  const stop = naming.graph?.stop
  const stopped = stop && definition.blocks.find(({ name }) => name === stop.block)?.layers.find(({ name }) => name === stop.layer)
  if (stop && stopped && (missing.length > 0 || !endings.has(stopped.kind))) return stop
  const first = missing[0]
  return first && { block: first.block, layer: first.layer.name }
}

/** The backbone up to a layer, ending in a feature vector. */
function cutBefore(definition: NetworkDefinition, { block, layer }: { block: string, layer: string }): NetworkDefinition {
  const index = definition.blocks.findIndex(({ name }) => name === block)
  const blocks = definition.blocks.slice(0, index)
  const torn = definition.blocks[index]!
  const kept = torn.layers.slice(0, torn.layers.findIndex(({ name }) => name === layer))
  // Half a residual block is none.
  const linear = !torn.layers.some(({ kind, inputs }) => kind === 'add' || inputs) || kept.some(({ kind }) => kind === 'add')
  if (linear && kept.some(({ kind }) => kind === 'convolution' || kind === 'depthwise-convolution' || kind === 'dense')) {
    blocks.push({ ...torn, layers: kept })
  }
  const last = blocks[blocks.length - 1]!
  const size = blocks.reduce<Size>((current, each) => blockOutputSize(each, current), definition.input)
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
