import * as tf from '@tensorflow/tfjs-core'
import type { SplitName } from '../../contract/datasets'
import { fewestPictures } from '../../contract/feature-maps'
import type { Similarity, SimilarityPhase, SimilarityRequest } from '../../contract/similarity'
import type { DatasetReader } from '../../library/datasets'
import { idIn } from '../../rules/refs'
import { linearCka, scaled } from '../maths/cka'
import { loadNetwork } from '../models/open'
import { inference, type Network } from '../network/network'
import { randomStream } from '../random'
import { everything, openPictures } from '../training/data'
import { yieldToEvents } from '../yield'
import type { Surroundings } from '../surroundings'
import { blocksOf, modelUntrained, splitOf } from './looking'

export interface SimilarityHooks {
  signal: AbortSignal
  onProgress(phase: SimilarityPhase, done: number, total: number): void
}

/** Numbers of one layer that are held at once, for all pictures together: 400 MB. */
const mostNumbers = 100e6
const headName = 'head'

/**
 * Holds the layers of two models against each other by what they make of the same pictures: linear CKA of every layer of
 * the one with every layer of the other. No label is read.
 * @throws GraftError where a model has learned nothing, or the data set has too few pictures
 */
export async function similarity(
  wanted: SimilarityRequest, { signal, onProgress }: SimilarityHooks, { library, openBackend }: Surroundings
): Promise<Similarity> {
  const began = performance.now()
  onProgress('starting', 0, 1)
  for (const ref of [wanted.first, wanted.second]) if (idIn('arch', ref) !== undefined) throw modelUntrained(ref)
  const reader = await library.datasets.open(wanted.dataset)
  const networks: Network[] = []
  try {
    const summaries = [await library.models.get(wanted.first), await library.models.get(wanted.second)]
    await openBackend()
    onProgress('loading', 0, 1)
    for (const ref of [wanted.first, wanted.second]) networks.push(await loadNetwork(library, ref))
    const [first, second] = networks as [Network, Network]
    const { split, positions } = picturesOf(reader, wanted, networks)
    const layers = networks.map(layersOf)
    const total = (layers[0]!.length + layers[1]!.length) * positions.length
    let done = 0
    const look = async (network: Network, names: readonly string[]): Promise<Float64Array[]> => {
      const products: Float64Array[] = []
      for (const name of names) {
        products.push(await innerProductsOf(network, name, { reader, split, positions }, signal, (more) => {
          done += more
          onProgress('layers', done, total)
        }))
      }
      return products
    }
    const mine = await look(first, layers[0]!.map(({ name }) => name))
    const theirs = await look(second, layers[1]!.map(({ name }) => name))
    onProgress('comparing', 0, 1)
    const values: (number | null)[][] = []
    for (const one of mine) {
      signal.throwIfAborted()
      values.push(theirs.map((other) => linearCka(one, other, positions.length)))
      await yieldToEvents()
    }
    return {
      wanted, names: { first: summaries[0]!.name, second: summaries[1]!.name, dataset: reader.dataset.name },
      layers: { first: layers[0]!, second: layers[1]! }, values, split, images: positions.length,
      seconds: (performance.now() - began) / 1000, at: new Date().toISOString()
    }
  } finally {
    for (const network of networks) network.dispose()
    await reader.close()
  }
}

/** The blocks in order, and the head where there is one. */
function layersOf(network: Network): { name: string, title: string }[] {
  const { head, classes } = network.definition
  return [...blocksOf(network), ...classes.length > 1 ? [{ name: headName, title: head.title ?? headName }] : []]
}

/** Numbers that a layer gives for one picture. */
function sizeOf(network: Network, name: string): number {
  return name === headName ? network.definition.classes.length : network.sizeOf(name).reduce((product, length) => product * length, 1)
}

/** Some pictures, drawn with the seed, in ascending order: so many that the largest layer's numbers fit into memory. */
function picturesOf(
  { dataset }: DatasetReader, { images, seed }: SimilarityRequest, networks: readonly Network[]
): { split: SplitName, positions: Int32Array } {
  const split = splitOf(dataset)
  const largest = Math.max(...networks.flatMap((network) => layersOf(network).map(({ name }) => sizeOf(network, name))))
  const count = dataset.splits[split]!.count
  const wanted = Math.min(images, count, Math.max(fewestPictures, Math.floor(mostNumbers / largest)))
  return { split, positions: wanted === count ? everything(count) : randomStream(seed, 'layers').permutation(count).slice(0, wanted).sort() }
}

/** Inner products of what a layer makes of each two pictures, centred: [pictures, pictures]. */
async function innerProductsOf(
  network: Network, layer: string, selected: { reader: DatasetReader, split: SplitName, positions: Int32Array }, signal: AbortSignal,
  onDone: (more: number) => void
): Promise<Float64Array> {
  const stream = openPictures(selected, network)
  const parts: tf.Tensor2D[] = []
  try {
    for (let step = 0; step < stream.stepsPerEpoch; step++) {
      signal.throwIfAborted()
      const batch = await stream.next(0, step)
      const inputs = batch.inputs as tf.Tensor4D
      parts.push(tf.tidy(() => {
        const output = layer === headName ? network.forward(inputs, inference) : network.blockOutput(inputs, layer, inference)
        return tf.reshape(output, [output.shape[0]!, -1]) as tf.Tensor2D
      }))
      tf.dispose([inputs, ...batch.labels ? [batch.labels] : []])
      onDone(batch.positions.length)
      await yieldToEvents()
    }
    const products = tf.tidy(() => {
      const features = tf.concat(parts, 0)
      const centred = tf.sub(features, tf.mean(features, 0, true))
      return tf.matMul(centred, centred, false, true).dataSync<'float32'>()
    })
    return scaled(Float64Array.from(products), selected.positions.length)
  } finally {
    tf.dispose(parts)
    await stream.close()
  }
}
