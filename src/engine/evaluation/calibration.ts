import type { Calibration } from '../../contract/calibration'
import { reliabilityOf } from '../../rules/statistics/reliability'
import { yieldToEvents } from '../yield'

type Threshold = NonNullable<Calibration['noneOfThese']>

/** Logits [images, classes], row by row, and the true class of each image. */
export interface Answers { logits: Float32Array, classes: number, labels: ArrayLike<number> }

/** Fewer validation images say nothing of one picture in twenty. */
export const fewestImages = 20
/** Share of familiar pictures that may be turned away. */
export const turnedAway = 0.05
/** Temperatures outside of this come from too few mistakes, not from the network. */
const temperatures = { lowest: 0.1, highest: 10 }

const rowsOf = ({ logits, classes }: Answers): number => logits.length / classes

/** log Σ exp(z) of a row of logits times a factor. */
function logSumExp(row: Float32Array, factor = 1): number {
  const largest = row.reduce((most, logit) => Math.max(most, logit * factor), -Infinity)
  return largest + Math.log(row.reduce((sum, logit) => sum + Math.exp(logit * factor - largest), 0))
}

/** Numbers that a temperature is found on: with more it would take seconds and hardly differ. */
const mostForTemperature = 2 ** 20

/** Every n-th row, so that at most so many numbers are left. */
function evenly(answers: Answers, most: number): Answers {
  const { logits, classes, labels } = answers
  const step = Math.ceil(logits.length / most)
  if (step <= 1) return answers
  const rows = Array.from({ length: Math.ceil(rowsOf(answers) / step) }, (_, index) => index * step)
  const kept = new Float32Array(rows.length * classes)
  rows.forEach((row, index) => kept.set(logits.subarray(row * classes, (row + 1) * classes), index * classes))
  return { logits: kept, classes, labels: rows.map((row) => labels[row]!) }
}

/** Derivative by 1/T of the mean cross-entropy: mean of the expected logit less the true class's. */
function slopeAt(answers: Answers, inverse: number): number {
  const { logits, classes, labels } = answers
  const rows = rowsOf(answers)
  let sum = 0
  for (let index = 0; index < rows; index++) {
    const start = index * classes
    let largest = -Infinity
    for (let at = start; at < start + classes; at++) largest = Math.max(largest, logits[at]!)
    let [total, weighted] = [0, 0]
    for (let at = start; at < start + classes; at++) {
      const share = Math.exp((logits[at]! - largest) * inverse)
      total += share
      weighted += share * logits[at]!
    }
    sum += weighted / total - logits[start + labels[index]!]!
  }
  return sum / rows
}

/**
 * The temperature T at which softmax(logits / T) has the least mean cross-entropy: Guo, Pleiss, Sun and Weinberger 2017
 * ("On Calibration of Modern Neural Networks"), section 4.2. The loss is convex in 1/T, so that its one minimum is found
 * by halving; they use L-BFGS. Undefined where every answer is right: there the loss only falls as T goes to 0. Messages
 * are let in between two halvings.
 */
export async function temperatureOf(answers: Answers): Promise<number | undefined> {
  const { logits, classes, labels } = answers
  const hasMistake = Array.from({ length: rowsOf(answers) }, (_, index) => index).some((index) => {
    const own = logits.subarray(index * classes, (index + 1) * classes)
    return own.some((logit) => logit > own[labels[index]!]!)
  })
  if (!hasMistake) return undefined
  let [low, high] = [Math.log(1 / temperatures.highest), Math.log(1 / temperatures.lowest)]
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2
    if (slopeAt(answers, Math.exp(middle)) < 0) low = middle
    else high = middle
    await yieldToEvents()
  }
  return Math.exp(-(low + high) / 2)
}

/** Probability of each row's first class at a temperature, and whether that is the true one. */
function sureness({ logits, classes, labels }: Answers, temperature: number): { confidences: number[], right: number[] } {
  const [confidences, right]: [number[], number[]] = [[], []]
  for (let index = 0; index < logits.length / classes; index++) {
    const own = logits.subarray(index * classes, (index + 1) * classes)
    const largest = own.reduce((most, logit) => Math.max(most, logit))
    confidences.push(Math.exp(largest / temperature - logSumExp(own, 1 / temperature)))
    right.push(own.indexOf(largest) === labels[index] ? 1 : 0)
  }
  return { confidences, right }
}

/** Expected calibration error in 15 bins at a temperature. */
export function calibrationError(answers: Answers, temperature: number): number {
  const { confidences, right } = sureness(answers, temperature)
  return reliabilityOf(confidences, right)?.expectedCalibrationError ?? 0
}

/**
 * How strange each picture is to a model, the larger the stranger. `energy`: −log Σ exp(z), Liu, Wang, Owens and Li 2020
 * ("Energy-based Out-of-distribution Detection"), equation 4 at temperature 1. `uncertainty`: 1 − the largest probability
 * (Hendrycks and Gimpel 2017), for log-probabilities, whose energy is always 0.
 * @param logits [images, classes]
 */
export function strangenessOf(logits: Float32Array, classes: number, score: Threshold['score']): Float64Array {
  return Float64Array.from({ length: logits.length / classes }, (_, index) => {
    const own = logits.subarray(index * classes, (index + 1) * classes)
    const energy = -logSumExp(own)
    return score === 'energy' ? energy : 1 - Math.exp(own.reduce((most, logit) => Math.max(most, logit)) + energy)
  })
}

/**
 * The strangeness that of pictures like these at most about a share exceeds: the value at place ⌈(n + 1)(1 − share)⌉ of
 * n, which holds for the next such picture whatever their distribution (split conformal prediction, Vovk et al. 2005).
 * Undefined where there are too few.
 */
export function thresholdOf(strangeness: Float64Array, share: number): number | undefined {
  const place = Math.ceil((strangeness.length + 1) * (1 - share))
  return place > strangeness.length ? undefined : Float64Array.from(strangeness).sort()[place - 1]
}

/**
 * What validation images tell of how sure a model may be, and what test images say of that. Messages are let in between two
 * passes over the answers.
 * @param labelled whether labels were granted to find the temperature with; the threshold needs none
 * @returns undefined where there are fewer than 20 validation images
 */
export async function calibrationOf(
  validation: Answers, test: Answers | undefined, { labelled, isClassifier }: { labelled: boolean, isClassifier: boolean }
): Promise<(Calibration & { noneOfThese: Threshold }) | undefined> {
  const images = rowsOf(validation)
  const score = isClassifier ? 'uncertainty' : 'energy'
  if (images < fewestImages) return undefined
  const strangeness = async (answers: Answers): Promise<Float64Array> => {
    await yieldToEvents()
    return strangenessOf(answers.logits, answers.classes, score)
  }
  const threshold = thresholdOf(await strangeness(validation), turnedAway)
  if (threshold === undefined) return undefined
  const some = evenly(validation, mostForTemperature)
  const temperature = labelled ? await temperatureOf(some) : undefined
  const error = async (answers: Answers, at: number): Promise<number> => {
    await yieldToEvents()
    return calibrationError(answers, at)
  }
  const errors = async (answers: Answers) => ({ before: await error(answers, 1), after: await error(answers, temperature!) })
  const strange = test && await strangeness(test)
  return {
    images,
    ...(temperature !== undefined && {
      temperature, ...(some !== validation && { temperatureImages: rowsOf(some) }),
      expectedCalibrationError: { validation: await errors(validation), ...(test && { test: await errors(test) }) }
    }),
    noneOfThese: {
      score, threshold, expected: turnedAway,
      ...(strange && { test: { share: strange.filter((value) => value > threshold).length / strange.length, images: strange.length } })
    }
  }
}

/** Images of each true class that a model would turn away as none of its classes. */
export function turnedAwayByClass({ logits, classes, labels }: Answers, { score, threshold }: Threshold): number[] {
  const counts = Array<number>(classes).fill(0)
  strangenessOf(logits, classes, score).forEach((value, index) => { if (value > threshold) counts[labels[index]!]!++ })
  return counts
}
