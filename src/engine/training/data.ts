import type { Dataset, SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { LabelGrant, Spec } from '../../contract/runs'
import { viewWithUnlabelled, type DatasetView } from '../../library/datasets'
import { inferenceBatchSize } from '../network/batch-sizes'
import type { Network } from '../network/network'
import { randomStream } from '../random'
import type { BatchStream } from '../batches/batch-stream'
import { classWeightsOf, withClassWeights } from '../batches/class-weights'
import type { FitAccess, GradientStage, Stage, StageAccess, StreamName } from './stage'
import { ImageStream, type ImageStreamOptions } from '../batches/batches'
import { DomainStream, type DomainBatchOptions } from '../batches/domain-batches'
import { FeatureStream, type FeatureCache, type FeatureTable } from '../features/cache'
import { drawAtMost, drawPerClass } from './labels'
import { mostKept } from '../evaluation/familiarity'

export const everything = (count: number): Int32Array => Int32Array.from({ length: count }, (_, index) => index)

/** The positions and labels of the target's training split that a spec grants. */
export async function grantedLabels(
  reader: DatasetView, grant: LabelGrant, seed: number
): Promise<{ positions: Int32Array, labels: Int32Array } | undefined> {
  if (grant === 'none') return undefined
  const labels = await reader.readLabels('train')
  if (grant === 'all') return { positions: everything(labels.length), labels }
  const positions = drawPerClass(labels, grant.perClass, seed, reader.dataset.classes)
  return { positions, labels: positions.map((position) => labels[position]!) }
}

/** What the data sources of a run share. */
export interface TrainingData {
  spec: Spec
  target: DatasetView
  source?: DatasetView | undefined
  features: FeatureCache
  /** The backend as text. It belongs to a feature's key, for features computed on another backend differ in the last digits. */
  surroundings: string
  signal: AbortSignal
  /** Does a write again once there is room, where it meets a full disk. */
  whenRoom?: <Result>(work: () => Promise<Result>) => Promise<Result>
  onFeatures(done: number, total: number): void
}

/** The opened sources of a stage. Close them when the stage ends. */
export class StageData {
  private constructor(readonly access: Omit<FitAccess, 'onProgress'>, private readonly tables: readonly FeatureTable[]) {}

  static async open(stage: Stage, network: Network, data: TrainingData): Promise<StageData> {
    const tables: FeatureTable[] = []
    const streams: StageAccess['streams'] = {}
    const selected = new Map<StreamName, Selected>()
    for (const name of stage.streams ?? []) {
      selected.set(name, await select(name, data))
      streams[name] = await openStream(name, selected.get(name)!, stage, network, data, tables)
    }
    const inOrder = (name: StreamName): BatchStream => evaluationStream(selected.get(name)!, network)
    const featuresInOrder = (name: StreamName): Promise<BatchStream> => tableInOrder(network, selected.get(name)!, data)
    const validation = async (): Promise<BatchStream | undefined> =>
      data.spec.target.labels === 'none' ? undefined : openValidation(data.target, data.spec, network)
    return new StageData({ streams, inOrder, featuresInOrder, validation, signal: data.signal }, tables)
  }

  async close(): Promise<void> {
    for (const source of Object.values(this.access.streams)) await source.close()
    for (const table of this.tables) await table.close()
  }
}

/** Images of a data set, with the labels that may be seen. */
interface Selected { reader: DatasetView, split: SplitName, positions: Int32Array, labels?: Int32Array }

async function select(name: StreamName, data: TrainingData): Promise<Selected> {
  const { spec, target, source } = data
  const size = (reader: DatasetView) => reader.dataset.splits.train?.count ?? 0
  switch (name) {
    case 'target': {
      const granted = await grantedLabels(target, spec.target.labels, spec.training.seed)
      if (granted) return { reader: target, split: 'train', ...granted }
      throw new GraftError('labels-needed', {
        en: 'This method needs labelled target images, and none are granted.', zh: '该方法需要带标签的目标图像，但未授予任何标签。'
      }, { usage: true, field: 'target.labels', remedy: { en: 'Grant all labels, or some per class.', zh: '请授予全部标签，或每类若干标签。' } })
    }
    case 'target-unlabelled': {
      const all = viewWithUnlabelled(target)
      return { reader: all, split: 'train', positions: everything(size(all)) }
    }
    case 'source': {
      if (source) return { reader: source, split: 'train', positions: everything(size(source)), labels: await sourceLabels(source, 'train', target) }
      throw new GraftError('source-data-needed', {
        en: 'This method needs a source data set.', zh: '该方法需要源数据集。'
      }, { usage: true, field: 'source.dataset' })
    }
  }
}

/**
 * Labels of a source split. If source and target have the same classes in another order, these are indices into the
 * target's classes; otherwise they are the source's own.
 */
export async function sourceLabels(source: DatasetView, split: SplitName, target: DatasetView): Promise<Int32Array> {
  const labels = await source.readLabels(split)
  const [own, wanted] = [source.dataset.classes, target.dataset.classes]
  if (own.length !== wanted.length || !own.every((name) => wanted.includes(name))) return labels
  return labels.map((label) => wanted.indexOf(own[label]!))
}

async function openStream(...given: Parameters<typeof openUnweighted>): Promise<BatchStream> {
  const [, { labels }, , , { spec }] = given
  const stream = await openUnweighted(...given)
  return labels && spec.training.classBalance === 'weights' ? withClassWeights(stream, classWeightsOf(labels)) : stream
}

async function openUnweighted(
  name: StreamName, selected: Selected, stage: Stage, network: Network, data: TrainingData, tables: FeatureTable[]
): Promise<BatchStream> {
  const { training } = data.spec
  const { featuresOf, byDomain, wholeBatches: dropLast = false, transforms, views, batchFactors } = stage.kind === 'gradient' ? stage : {} as Partial<GradientStage>
  const order = {
    batchSize: Math.max(1, Math.round(training.batchSize * (batchFactors?.[name] ?? 1))), seed: training.seed, name, shuffle: true, balanced: training.classBalance === 'sampler', dropLast, positions: selected.positions, labels: selected.labels
  }
  if (!featuresOf) {
    const augmentation = stage.kind === 'gradient' ? training.augmentation : 'none'
    const options = { ...order, augmentation, transform: transforms?.[name], views: views?.[name] }
    return byDomain && name === 'source' ? domainSource(selected, network, options) : imageSource(selected, network, options)
  }
  const table = await openTable(featuresOf, selected, data)
  tables.push(table)
  if (!byDomain || name !== 'source') return new FeatureStream(table, order)
  return domainSource(selected, network, { ...order, open: (part, places) => new FeatureStream(table, part, places) })
}

/** Images in order, or their features if the stage works on features. Closing frees both. */
export async function openInOrder(selected: Selected, stage: GradientStage, network: Network, data: TrainingData): Promise<BatchStream> {
  return stage.featuresOf ? tableInOrder(stage.featuresOf, selected, data) : evaluationStream(selected, network)
}

async function tableInOrder(network: Network, selected: Selected, data: TrainingData): Promise<BatchStream> {
  const table = await openTable(network, selected, data)
  const stream = new FeatureStream(table, { ...inOrder(selected, selected.split), batchSize: evaluationBatchSize })
  return {
    count: stream.count, stepsPerEpoch: stream.stepsPerEpoch,
    next: (epoch, step) => stream.next(epoch, step),
    close: () => table.close()
  }
}

/**
 * What the last stage learned from, in order, as images or as the network's own features where the stage worked on these;
 * undefined where it looked at no pictures. No label is read.
 */
export async function openLearnedFrom(stage: Stage | undefined, network: Network, data: TrainingData): Promise<BatchStream | undefined> {
  const name = (['target', 'target-unlabelled', 'source'] as const).find((each) => stage?.streams?.includes(each))
  if (!stage || name === undefined) return undefined
  const { labels: _, ...selected } = await select(name, data)
  if (stage.kind === 'gradient' && stage.featuresOf === network) return openInOrder(selected, stage, network, data)
  if (stage.kind === 'fit' && stage.onFeatures) return tableInOrder(network, selected, data)
  // The network itself must look at them: at no more than are needed, evenly over all.
  const every = Math.max(1, Math.ceil(selected.positions.length / mostLookedAt))
  return evaluationStream({ ...selected, positions: selected.positions.filter((_position, index) => index % every === 0) }, network)
}

/** Images that a training is judged on but not trained on: at most so many, drawn with the seed, in ascending order. */
export function heldOut(dataset: Dataset, seed: number, limit: number): { split: SplitName, positions: Int32Array } {
  const split = (dataset.splits.validation?.count ?? 0) > 0 ? 'validation' : 'train'
  const count = dataset.splits[split]?.count ?? 0
  if (count <= limit) return { split, positions: everything(count) }
  return { split, positions: randomStream(seed, 'held-out', split).permutation(count).slice(0, limit).sort() }
}

/** Pictures that a network looks at once more at its training's end. */
const mostLookedAt = mostKept
/** Images or features per step, where memory allows. */
const evaluationBatchSize = 256
const inOrder = (selected: Selected, name: string) =>
  ({ name, seed: 0, shuffle: false, positions: selected.positions, labels: selected.labels })

function openTable(network: Network, { reader, split, positions }: Selected, data: TrainingData): Promise<FeatureTable> {
  const { features, surroundings, signal, onFeatures } = data
  return features.open({ network, reader, split, positions, surroundings, signal, onProgress: onFeatures })
}

function imageSource(
  { reader, split }: Selected, network: Network,
  options: Omit<ImageStreamOptions, 'reader' | 'split' | 'input' | 'normalisation'>
): BatchStream {
  const { input, normalisation } = network.definition
  return new ImageStream({ reader, split, input, normalisation, ...options })
}

async function domainSource(
  { reader, split, positions }: Selected, network: Network, options: Parameters<typeof imageSource>[2] & Pick<DomainBatchOptions, 'open'>
): Promise<BatchStream> {
  const { input, normalisation } = network.definition
  const domains = await reader.readDomains(split, positions)
  return new DomainStream({ reader, split, input, normalisation, ...options, domains })
}

function evaluationStream(selected: Selected, network: Network): BatchStream {
  const batchSize = inferenceBatchSize(network.definition, evaluationBatchSize)
  return imageSource(selected, network, { ...inOrder(selected, selected.split), batchSize })
}

/** The labelled validation images that a spec lets choose, in their order; undefined where there are none. */
export async function validationImages(reader: DatasetView, { target, training: { seed } }: Spec): Promise<Selected | undefined> {
  const found = reader.dataset.splits.validation
  if (!found || found.count === 0 || !reader.hasLabels('validation')) return undefined
  const labels = await reader.readLabels('validation')
  const { validationLabels: granted = 'all' } = target
  if (granted === 'all') return { reader, split: 'validation', positions: everything(found.count), labels }
  const positions = drawAtMost(labels, granted.perClass, seed, reader.dataset.classes, 'validation labels')
  return { reader, split: 'validation', positions, labels: positions.map((position) => labels[position]!) }
}

/** These images for an evaluation. */
export async function openValidation(reader: DatasetView, spec: Spec, network: Network): Promise<BatchStream | undefined> {
  const selected = await validationImages(reader, spec)
  return selected && evaluationStream(selected, network)
}

/** Some pictures in their order, brought to a network's input; no label is read. */
export const openPictures = (selected: Omit<Selected, 'labels'>, network: Network): BatchStream => evaluationStream(selected, network)

/** A labelled split in its own order, for an evaluation; undefined if it is empty or has no labels. */
export async function openEvaluation(reader: DatasetView, split: SplitName, network: Network): Promise<BatchStream | undefined> {
  const found = reader.dataset.splits[split]
  if (!found || found.count === 0 || !reader.hasLabels(split)) return undefined
  return evaluationStream({ reader, split, positions: everything(found.count), labels: await reader.readLabels(split) }, network)
}
