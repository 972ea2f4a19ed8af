import type * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../contract/errors'
import type { ClassScore } from '../../contract/predictions'
import { decodeBytes } from '../../images/decode'
import { normaliser } from '../batches/normalise'
import { strangenessOf } from '../evaluation/calibration'
import type { AnsweringModel } from './open'

/** What a model says of one picture. */
interface Answer {
  /** All classes, most likely first. */
  classes: ClassScore[]
  /** Whether the picture is unlike those that the model knows; absent where no threshold is known. */
  noneOfThese?: boolean
  /** Whether its features lie far from those of all training pictures; absent where that is not known. */
  unlike?: boolean
}

/** A picture file's bytes as RGB [height, width, 3] of a model's size. @throws UnreadableImage */
export async function pixelsFor({ network: { definition: { input: [height, width] } } }: AnsweringModel, bytes: Uint8Array): Promise<Uint8Array> {
  return (await decodeBytes(bytes, [height, width], 'stretch')).pixels
}

/** Pictures of `pixelsFor` as a model's input [pictures, height, width, channels]; the caller disposes of it. */
export function inputsOf({ network: { definition: { input, normalisation } } }: AnsweringModel, pictures: readonly Uint8Array[]): tf.Tensor4D {
  const [height, width] = input
  const length = height * width * 3
  const bytes = new Uint8Array(pictures.length * length)
  pictures.forEach((picture, place) => { bytes.set(picture, place * length) })
  return normaliser([height, width, 3], input, normalisation)(bytes, pictures.length)
}

/**
 * What a model says of pictures in one pass: probabilities at the temperature that its validation images gave it, and
 * whether a picture is stranger than they are or far from all that it was trained on. @throws GraftError where its outputs are no numbers
 */
export function answersOf(model: AnsweringModel, pictures: readonly Uint8Array[]): Answer[] {
  const { network: { definition: { classes } }, calibration } = model
  const inputs = inputsOf(model, pictures)
  const { logits, distances } = model.answers(inputs)
  inputs.dispose()
  if (!logits.every(Number.isFinite)) throw notFinite()
  const { temperature = 1, noneOfThese, unlike } = calibration ?? {}
  const strangeness = noneOfThese && strangenessOf(logits, classes.length, noneOfThese.score)
  return pictures.map((_, place) => ({
    classes: probabilitiesOf(logits.subarray(place * classes.length, (place + 1) * classes.length), temperature)
      .map((probability, index) => ({ class: classes[index]!, probability })).sort((a, b) => b.probability - a.probability),
    ...(noneOfThese && { noneOfThese: strangeness![place]! > noneOfThese.threshold }),
    ...(unlike && distances && { unlike: distances[place]! > unlike.threshold })
  }))
}

function probabilitiesOf(logits: Float32Array, temperature: number): number[] {
  const largest = logits.reduce((most, logit) => Math.max(most, logit))
  const shares = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature))
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share) => share / sum)
}

const notFinite = (): GraftError => new GraftError('outputs-not-finite', {
  en: 'The model\'s outputs are not finite numbers.', zh: '模型的输出不是有限数值。'
})
