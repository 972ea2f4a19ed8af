import type { Dataset } from '../../contract/datasets'
import type { Machine } from '../../contract/doctor'
import type { ErrorValue } from '../../contract/errors'
import type { ArchitectureSummary, BlockSummary, ModelSummary } from '../../contract/models'
import type { Device, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { Place } from '../../contract/workers'
import { problem, valueOf, type CheckCatalogue, type SpecFacts } from '../facts'
import { bytes as bytesText } from '../format/figures'
import { idIn } from '../refs'
import type { FittingBatch } from '../settings/facts'
import { computingOn } from '../settings/machine'
import { costOf, trainedPart } from './cost'

interface Shelf extends Pick<CheckCatalogue, 'methods'> {
  architectures: readonly Pick<ArchitectureSummary, 'id' | 'parameters' | 'blocks' | 'defaultInput' | 'outputBytes'>[]
  datasets: readonly Dataset[]
  models: readonly Pick<ModelSummary, 'ref' | 'architecture' | 'input' | 'parameters' | 'blocks'>[]
}

/**
 * Of each number of an output: itself, its gradient, and what an operation keeps beside it for the way back. Measured at 224 × 224: 1.9 for
 * EfficientNet-Lite0, 2.3 for MobileNet v2, 2.4 for ViT-Tiny, 2.9 for ResNet-18.
 */
const timesOutputs = 2.5
/** The estimate is that much too high at most, as measured: what is refused would not fit by far. */
const mostTooHigh = 1.35

/**
 * Bytes that a training will take at most, roughly, told from its network's layers alone, before anything is opened: the program, the weights
 * four times (themselves, their gradients, what the optimiser keeps, the best epoch's), and each image's outputs of all layers with their
 * gradients. Undefined for a network of which nothing is known.
 */
export function memoryOf(spec: Spec, { methods, architectures, datasets, models }: Shelf): number | undefined {
  const dataset = (id: string | undefined): Dataset | undefined => datasets.find((known) => known.id === id)
  const [method, target] = [methods.find(({ id }) => id === spec.method.id), dataset(spec.target.dataset)]
  const model = models.find(({ ref }) => ref === spec.source.model)
  const id = idIn('arch', spec.source.model) ?? model?.architecture
  const architecture = architectures.find((known) => known.id === id)
  if (!method || !target || !architecture?.outputBytes) return undefined
  const [height, across] = model?.input ?? target.shape
  const parameters = model?.parameters ?? architecture.parameters
  const area = height * across / (architecture.defaultInput[0] * architecture.defaultInput[1])
  // Without the heads, whose size is that of their classes.
  const width = Math.sqrt(model ? sizeOf(model.blocks) / sizeOf(architecture.blocks) : 1)
  const bytesPerImage = timesOutputs * architecture.outputBytes * area * width
  return costOf({
    method, spec, target, sourceData: dataset(spec.source.dataset), runs: [],
    pace: { training: 1, looking: 1, steps: 1, baseBytes: 4 * 4 * parameters, bytesPerImage }
  }).bytes
}

const sizeOf = (blocks: readonly BlockSummary[]): number => blocks.reduce((sum, { parameters }) => sum + parameters, 0)

/** Where a training finds its memory: this machine, or the place that it goes to. */
interface MemoryRoom {
  /** Bytes of main memory that this machine has. */
  here: number
  place?: Pick<Place, 'memoryBytes' | 'gpus'> | undefined
}

/**
 * Bytes that a training may take; undefined where nobody knows: on a graphics card, which has memory of its own, and at
 * a place where no memory is set aside for a run.
 */
export function memoryFor(device: Device, { here, place }: MemoryRoom): number | undefined {
  if (device === 'gpu' || (device === 'auto' && (place?.gpus ?? 0) > 0)) return undefined
  return place ? place.memoryBytes : here
}

/** What a training needs of the memory that it may take, as a sentence; of how much is left out where it is not known. */
export const memoryText = (needed: number, total?: number): Text => total === undefined
  ? { en: `Needs about ${bytesText(needed)} of memory.`, zh: `约需 ${bytesText(needed)} 内存。` }
  : { en: `Needs about ${bytesText(needed)} of ${bytesText(total)} of memory.`, zh: `约需 ${bytesText(needed)} 内存（共 ${bytesText(total)}）。` }

/**
 * A training that needs more memory than there is where it is computed, with the batches that would fit. Only one of the
 * whole backbone is refused: what fixed blocks save was not measured, so there the need is told and nothing more.
 */
export function checkMemory(spec: Spec, { target, sourceData, sourceModel, methods, architectures }: SpecFacts, room: MemoryRoom): ErrorValue[] {
  const total = memoryFor(spec.device, room)
  const method = methods.find(({ id }) => id === spec.method.id)
  if (total === undefined || !method || trainedPart(spec, method) !== 'all') return []
  const shelf = {
    methods, architectures, datasets: [valueOf(target), valueOf(sourceData)].filter((found) => found !== undefined),
    models: [valueOf(sourceModel)].filter((found) => found !== undefined)
  }
  const needed = memoryOf(spec, shelf)
  if (needed === undefined || needed <= mostTooHigh * total) return []
  const batch = fittingBatch(spec, shelf, total)
  return [problem('memory-short', 'training.batchSize', {
    en: `This training needs about ${bytesText(needed)} of memory, and ${room.place ? `each run is given ${bytesText(total)} there` : `this machine has ${bytesText(total)}`}.`,
    zh: `此训练约需 ${bytesText(needed)} 内存，而${room.place ? `那里每次运行只分到` : '本机只有'} ${bytesText(total)}。`
  }, batch === undefined
    ? { en: 'Choose a smaller network, or smaller images.', zh: '请选择更小的网络或更小的图像。' }
    : { en: `Choose a batch size of at most ${batch}.`, zh: `请将批大小设为至多 ${batch}。` })]
}

/**
 * The largest batch that this machine's memory holds, where a spec's own is too large for it; undefined where that fits, where
 * not even one image does, and where nobody knows: on a card, and of a backbone that is trained in part.
 * @param here bytes of main memory
 */
export function batchThatFits(spec: Spec, shelf: Shelf, machine: Machine, here: number): FittingBatch | undefined {
  const method = shelf.methods.find(({ id }) => id === spec.method.id)
  if (!method || trainedPart(spec, method) !== 'all' || computingOn(machine, spec.device).backend.kind === 'gpu') return undefined
  const needed = memoryOf(spec, shelf)
  if (needed === undefined || needed <= here) return undefined
  const batchSize = fittingBatch(spec, shelf, here)
  return batchSize === undefined ? undefined : { batchSize, needed, total: here }
}

/** The largest batch that fits so many bytes, a power of two; undefined where not even one image at a time does. */
function fittingBatch(spec: Spec, shelf: Shelf, total: number): number | undefined {
  for (let batchSize = 2 ** Math.floor(Math.log2(spec.training.batchSize)); batchSize >= 1; batchSize /= 2) {
    const needed = memoryOf({ ...spec, training: { ...spec.training, batchSize } }, shelf)
    if (needed !== undefined && needed <= total) return batchSize
  }
  return undefined
}
