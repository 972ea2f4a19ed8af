import * as tf from '@tensorflow/tfjs-core'
import type { SplitName } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import { fewestPictures, type FeatureMap, type FeatureMapPhase, type FeatureMapRequest } from '../../contract/feature-maps'
import type { Library } from '../../library'
import type { DatasetReader } from '../../library/datasets'
import { idIn } from '../../rules/refs'
import { featuresOf } from '../features/collect'
import { loadNetwork, openAnswering } from '../models/open'
import type { Network } from '../network/network'
import { randomStream } from '../random'
import { everything, openPictures } from '../training/data'
import { yieldToEvents } from '../yield'
import type { Surroundings } from '../surroundings'
import { layOut } from './lay-out'
import { blocksOf, modelUntrained, splitOf } from './looking'

export interface FeatureMapHooks {
  signal: AbortSignal
  onProgress(phase: FeatureMapPhase, done: number, total: number): void
}

/** A model as it is looked at: its features, and its answers where it has any. */
interface Looked { network: Network, logits: ((inputs: tf.Tensor4D) => tf.Tensor2D) | undefined, dispose(): void }

/**
 * Lays out what models make of the same pictures in one plane: of a block, its maps averaged, or of the features that the
 * head sees. Labels are read to be shown; nothing is chosen by them.
 * @throws GraftError where a model has learned nothing, has no such layer, or the layers are of different lengths
 */
export async function featureMap(
  wanted: FeatureMapRequest, { signal, onProgress }: FeatureMapHooks, { library, openBackend }: Surroundings
): Promise<FeatureMap> {
  const began = performance.now()
  onProgress('starting', 0, 1)
  for (const ref of wanted.models) if (idIn('arch', ref) !== undefined) throw modelUntrained(ref)
  const reader = await library.datasets.open(wanted.dataset)
  const models: Looked[] = []
  try {
    const { dataset } = reader
    const names = await Promise.all(wanted.models.map(async (ref) => (await library.models.get(ref)).name))
    await openBackend()
    onProgress('loading', 0, 1)
    for (const ref of wanted.models) models.push(await opened(library, ref))
    const split = splitOf(dataset)
    const count = dataset.splits[split]!.count
    // Points of all models are laid out together: the time grows with all of them.
    const images = Math.min(count, Math.max(fewestPictures, Math.floor(Math.min(wanted.images, 2000 / models.length))))
    const positions = images === count ? everything(count) : randomStream(wanted.seed, 'feature map').permutation(count).slice(0, images).sort()
    let done = 0
    const seen: Seen[] = []
    for (const model of models) {
      seen.push(await see(model, wanted.layer, { reader, split, positions }, signal, (more) => {
        done += more
        onProgress('features', done, images * models.length)
      }))
    }
    const { length } = seen[0]!
    if (seen.some((each) => each.length !== length)) throw otherLengths()
    const all = new Float32Array(seen.reduce((sum, { features }) => sum + features.length, 0))
    seen.reduce((at, { features }) => {
      all.set(features, at)
      return at + features.length
    }, 0)
    onProgress('laying-out', 0, 1)
    const places = await layOut(all, length, {
      neighbours: wanted.neighbours, seed: wanted.seed, signal, onProgress: (epoch, epochs) => onProgress('laying-out', epoch, epochs)
    })
    const labels = reader.hasLabels(split) ? [...await reader.readLabels(split, positions)] : Array.from(positions, () => -1)
    const domains = (dataset.domains?.length ?? 0) > 1 && reader.hasDomains(split) ? [...await reader.readDomains(split, positions)] : undefined
    const inAll = blocksOf(models[0]!.network).filter(({ name }) => models.every(({ network }) => network.blockNames.includes(name)))
    return {
      wanted, names: { models: names, dataset: dataset.name }, layers: inAll, classes: [...dataset.classes],
      ...(domains && dataset.domains && { domains: dataset.domains, domain: domains }), positions: [...positions], labels,
      predicted: seen.map(({ answers }, model) => answers.map((answer) => dataset.classes.indexOf(models[model]!.network.definition.classes[answer] ?? ''))),
      places: seen.map((_, model) => places.slice(model * images, (model + 1) * images)),
      split, seconds: (performance.now() - began) / 1000, at: new Date().toISOString()
    }
  } finally {
    for (const model of models) model.dispose()
    await reader.close()
  }
}

/** The model with its answers; a backbone without a head has features alone. */
async function opened(library: Library, ref: FeatureMapRequest['models'][number]): Promise<Looked> {
  try {
    const { network, logits, dispose } = await openAnswering(library, ref)
    return { network, logits, dispose }
  } catch (error) {
    if (!(error instanceof GraftError) || error.code !== 'model-without-head') throw error
    const network = await loadNetwork(library, ref)
    return { network, logits: undefined, dispose: () => network.dispose() }
  }
}

interface Seen { features: Float32Array, length: number, answers: number[] }

async function see(
  { network, logits }: Looked, layer: string | undefined, selected: { reader: DatasetReader, split: SplitName, positions: Int32Array },
  signal: AbortSignal, onDone: (more: number) => void
): Promise<Seen> {
  const stream = openPictures(selected, network)
  const parts: Float32Array[] = []
  const answers: number[] = []
  let length = 0
  try {
    for (let step = 0; step < stream.stepsPerEpoch; step++) {
      signal.throwIfAborted()
      const batch = await stream.next(0, step)
      const inputs = batch.inputs as tf.Tensor4D
      const [features, answered] = tf.tidy(() => {
        const output = featuresOf(network, inputs, { pixels: false, average: true, ...(layer !== undefined && { block: layer }) })
        length = output.shape[1]
        return [output.dataSync<'float32'>(), logits ? tf.argMax(logits(inputs), 1).dataSync<'int32'>() : []]
      })
      parts.push(Float32Array.from(features))
      answers.push(...answered)
      tf.dispose([inputs, ...batch.labels ? [batch.labels] : []])
      onDone(batch.positions.length)
      await yieldToEvents()
    }
  } finally {
    await stream.close()
  }
  const features = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  parts.reduce((at, part) => {
    features.set(part, at)
    return at + part.length
  }, 0)
  return { features, length, answers: answers.length > 0 ? answers : Array.from(selected.positions, () => -1) }
}

const otherLengths = (): GraftError => new GraftError('features-of-other-lengths', {
  en: 'These models\' features are of different lengths: they cannot be laid out in one plane.', zh: '这些模型的特征长度不同，无法绘制在同一平面上。'
}, { usage: true, field: 'models', remedy: { en: 'Take models of one architecture, or one at a time.', zh: '请选择同一结构的模型，或逐个查看。' } })
