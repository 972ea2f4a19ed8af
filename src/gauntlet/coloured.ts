import { randomStream } from '../engine/random'
import { type Library, throwIfCancelled } from '../library'
import { DatasetWriter } from '../library/datasets'
import { idx } from '../library/intake'

/** Share of the digits' labels that are wrong, in every environment. */
const labelNoise = 0.25
/** The training environments are drawn from MNIST's first images, the rest of its training images make the test's. */
const firstImages = 50_000
/**
 * Images of each training environment: all that there are. With fewer the perceptron learns the turned labels by heart:
 * at 10,000 IRM ended at 55.2 % (one seed), with a training loss far below that of the label noise.
 */
export const environmentImages = 25_000
const side = 14
/** Share of images whose colour is not their label's, one an environment; the last is the one that is tested. */
const environments = [0.1, 0.2, 0.9] as const

interface Digits { images: Uint8Array, labels: Int32Array }

/** The images of one environment. */
interface Coloured { split: 'train' | 'test', environment: number, images: Uint8Array, labels: Int32Array }

/**
 * Coloured MNIST (Arjovsky et al. 2019, section 5.2, and the authors' code, InvariantRiskMinimization, colored_mnist):
 * 28×28 digits at every second pixel, class 1 for 0 to 4, a quarter of the labels turned round, then the colour of the
 * label with so many exceptions an environment. Graft's images have one or three channels, so the two colours are red and
 * green and blue is always 0; `grey` leaves the colour out, which is what the authors' oracle sees. They draw noise and
 * colours anew for each repetition; here they are drawn once, with the seed 1.
 * @param digits MNIST's training images [n, 28, 28], in its own order
 * @param first how many of them, from the first, the training environments are drawn from
 * @param each images of each of these
 */
export function colouredEnvironments(digits: Digits, { first, each, grey }: { first: number, each: number, grey: boolean }): Coloured[] {
  const order = randomStream(1, 'coloured-mnist', 'order').permutation(first).slice(0, 2 * each)
  const rest = Int32Array.from({ length: digits.labels.length - first }, (_, index) => first + index)
  const places = [order.filter((_, index) => index % 2 === 1), order.filter((_, index) => index % 2 === 0), rest]
  return places.map((positions, environment) => {
    const random = randomStream(1, 'coloured-mnist', 'environment', environment)
    const channels = grey ? 1 : 3
    const images = new Uint8Array(positions.length * side * side * channels)
    const labels = Int32Array.from(positions, (position, image) => {
      const truth = digits.labels[position]! < 5 ? 1 : 0
      const label = random.uniform() < labelNoise ? 1 - truth : truth
      const colour = random.uniform() < environments[environment]! ? 1 - label : label
      for (let pixel = 0; pixel < side * side; pixel++) {
        const from = position * 28 * 28 + Math.floor(pixel / side) * 2 * 28 + pixel % side * 2
        images[(image * side * side + pixel) * channels + (grey ? 0 : colour)] = digits.images[from]!
      }
      return label
    })
    return { split: environment === 2 ? 'test' : 'train', environment, images, labels }
  })
}

interface ColourOptions { path: string, id: string, grey: boolean, signal?: AbortSignal }

/** Makes the data set out of MNIST's own files. */
export async function colourDataset(library: Library, { path, id, grey, signal }: ColourOptions): Promise<void> {
  const digits = await trainingDigits(path, signal)
  const writer = await DatasetWriter.create(library.datasets.folder, id, [side, side, grey ? 1 : 3])
  try {
    for (const { environment, ...batch } of colouredEnvironments(digits, { first: firstImages, each: environmentImages, grey })) {
      throwIfCancelled(signal)
      await writer.append({ ...batch, domains: new Int32Array(batch.labels.length).fill(environment) })
    }
    await writer.finish({
      name: grey ? 'Coloured MNIST without colours' : 'Coloured MNIST', classes: ['5 to 9', '0 to 4'], domains: environments.map((share) => `e=${share}`),
      provenance: {
        format: 'idx', origin: 'MNIST',
        preparation: `every second pixel, two classes, ${labelNoise * 100} % of the labels turned round${grey ? '' : ', coloured by label with e exceptions'}`
      },
      validation: 0, test: 0, seed: 1, ...(signal && { signal })
    })
  } catch (error) {
    await writer.discard()
    throw error
  }
}

async function trainingDigits(path: string, signal: AbortSignal | undefined): Promise<Digits> {
  const reading = await idx.read(path, { fit: 'stretch', skip: () => undefined, ...(signal && { signal }) })
  const batches: Digits[] = []
  for await (const { split, images, labels } of reading.batches) if (split === 'train' && labels) batches.push({ images, labels })
  return { images: Buffer.concat(batches.map(({ images }) => images)), labels: Int32Array.from(batches.flatMap(({ labels }) => [...labels])) }
}
