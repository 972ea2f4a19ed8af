import type { ShortcutSign } from '../../contract/examinations'
import { crossValidatedProbabilities } from '../classifiers/cross-validation'
import type { PixelMeasures } from './pixels'

/** A class that a few numbers of the pixels tell from all others. */
export interface Shortcut {
  sign: ShortcutSign
  label: number
  /** How often they are right about pictures of the class and about others, both counted equally; by chance 0.5. */
  accuracy: number
  /** Places of the pictures of the class that they are right about. */
  images: number[]
}

const numbersOf: Record<ShortcutSign, (measure: PixelMeasures) => number[]> = {
  colour: ({ colours }) => colours,
  border: ({ border }) => [border],
  sharpness: ({ sharpness }) => [Math.log(sharpness + 1e-4)]
}
const leastAccuracy = 0.9
const leastSurely = 0.8

/**
 * Classes that the mean colours, the even border or the fine detail alone predict, by cross-validated logistic regression on
 * these numbers and their squares. The last two stand for the size and the proportions of the files: an enlarged picture has
 * no fine detail, a padded one a border.
 *
 * @param labels [count], every class below `classes` has at least two images
 */
export async function findShortcuts(
  measures: readonly PixelMeasures[], labels: Int32Array, classes: number, { seed, signal }: { seed: number, signal: AbortSignal }
): Promise<Shortcut[]> {
  const found: Shortcut[] = []
  for (const sign of Object.keys(numbersOf) as ShortcutSign[]) {
    const rows = measures.map((measure) => numbersOf[sign](measure).flatMap((value) => [value, value * value]))
    const length = rows[0]?.length ?? 0
    const probabilities = await crossValidatedProbabilities({ features: Float64Array.from(rows.flat()), length, labels, classes }, { seed, signal })
    if (!probabilities) return []
    const answers = labels.map((_, image) => {
      const row = probabilities.subarray(image * classes, (image + 1) * classes)
      return row.indexOf(Math.max(...row))
    })
    for (let label = 0; label < classes; label++) {
      const shortcut = judge(labels, answers, label)
      if (shortcut) found.push({ sign, label, ...shortcut })
    }
  }
  return found.sort((a, b) => b.accuracy - a.accuracy)
}

function judge(labels: Int32Array, answers: Int32Array, label: number): Pick<Shortcut, 'accuracy' | 'images'> | undefined {
  let [own, ownRight, others, othersRight] = [0, 0, 0, 0]
  const images: number[] = []
  labels.forEach((given, image) => {
    const said = answers[image] === label
    if (given !== label) {
      others += 1
      if (!said) othersRight += 1
      return
    }
    own += 1
    if (!said) return
    ownRight += 1
    images.push(image)
  })
  const accuracy = (ownRight / own + othersRight / others) / 2
  // Agresti and Coull's interval: two more right and two more wrong.
  const variance = (right: number, count: number): number => (right + 2) / (count + 4) * (1 - (right + 2) / (count + 4)) / (count + 4)
  const low = accuracy - 1.96 * Math.sqrt(variance(ownRight, own) + variance(othersRight, others)) / 2
  return accuracy >= leastAccuracy && low >= leastSurely ? { accuracy, images } : undefined
}
