import type { Dataset } from '../../contract/datasets'
import type { Text } from '../../contract/text'
import type { Measured } from './facts'
import { largeNetwork } from './sizes'

/** What a training computes, where nobody set how long it is. */
export interface Work {
  /** Multiply-adds of the network for one image; 0 where nobody knows. */
  multiplyAdds: number
  /** How fast it was seen to train here; undefined where nobody tried. */
  measured?: Measured | undefined
  imagesPerStep: number
  epochs: number
  stepsPerEpoch: number
  /** Epochs on the source alone that come first, and the images of a step there, where a method learns it first. */
  first?: { epochs(stepsPerEpoch: number): number, imagesPerStep: number } | undefined
  /** Whether the backbone's weights are new, so that it takes any size of image. */
  fresh: boolean
  shape: Dataset['shape']
}

/** Forward, and twice as much back. */
const passes = 3

/**
 * Multiply-adds per second of two processor cores in training, where this machine was not tried: EfficientNet-Lite0 at
 * 224×224 took 10 images per second on one busy core of ours, which are 12 thousand million, and other networks some more.
 */
const perSecond = 2.5e10

/** Seconds beyond which a training is shortened that nobody asked to be long. */
const longest = 3600

/** The side from which images of new weights may as well be halved. */
const largeSide = 128

/** Seconds that a training takes, roughly, with so many steps per epoch: on this machine where it was tried, else on two processor cores. */
function secondsOf({ multiplyAdds, measured, imagesPerStep, epochs, first }: Work, stepsPerEpoch: number): number {
  const before = first ? first.imagesPerStep * first.epochs(stepsPerEpoch) : 0
  const images = (imagesPerStep * epochs + before) * stepsPerEpoch
  return measured ? images / measured.training : passes * multiplyAdds * images / perSecond
}

/** How many times slower than two of our cores a machine may be. */
const slowest = 10

/** Whether it is worth trying how fast this machine is: on a slow one the training would take more than an hour, or nobody can tell. */
export const mayBeLong = (work: Work, parameters: number): boolean => work.multiplyAdds === 0
  ? parameters > largeNetwork : secondsOf({ ...work, measured: undefined }, work.stepsPerEpoch) * slowest > longest

/** The most steps per epoch that fit into so many seconds. */
function fitting(work: Work, seconds: number): number {
  let [low, high] = [0, work.stepsPerEpoch]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (secondsOf(work, middle) <= seconds) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Fewer steps per epoch for a training that would take hours on a processor, and why; undefined where it would not.
 * @param least steps without which the network learns too little
 */
export function shortened(work: Work, least: number): { steps: number, why: Text } | undefined {
  const { epochs, stepsPerEpoch, first } = work
  const seconds = secondsOf(work, stepsPerEpoch)
  if (seconds <= longest) return undefined
  const steps = Math.max(Math.ceil(least / epochs), fitting(work, longest))
  if (steps >= stepsPerEpoch) return undefined
  const [before, after] = [seconds, secondsOf(work, steps)].map(hours) as [Text, Text]
  const all = (each: number): number => each * (epochs + (first?.epochs(each) ?? 0))
  const smaller = sizeAdvice(work)
  const { en, zh } = groundOf(work.measured)
  return {
    steps,
    why: {
      en: `${all(stepsPerEpoch)} steps would take about ${before.en} ${en}; it takes ${all(steps)}, about ${after.en}. Set the epochs or steps yourself for longer.${smaller.en}`,
      zh: `${all(stepsPerEpoch)} 步${zh}约需${before.zh}；改为 ${all(steps)} 步，约${after.zh}。若要更长，请自行设置轮数或每轮步数。${smaller.zh}`
    }
  }
}

/** What the time is reckoned from. */
function groundOf(measured: Measured | undefined): Text {
  if (!measured) return { en: 'on two processor cores', zh: '在双核处理器上' }
  const rate = Number(measured.training.toPrecision(2))
  return {
    en: `on this machine, which trained on ${rate} images per second when ${measured.steps} ${measured.steps === 1 ? 'step was' : 'steps were'} tried`,
    zh: `在本机上（试跑 ${measured.steps} 步，每秒训练 ${rate} 张图像）`
  }
}

const hours = (seconds: number): Text => seconds < 5400
  ? { en: `${Math.max(1, Math.round(seconds / 60))} minutes`, zh: ` ${Math.max(1, Math.round(seconds / 60))} 分钟` }
  : { en: `${Math.round(seconds / 3600)} hours`, zh: ` ${Math.round(seconds / 3600)} 小时` }

/** A smaller image where that is possible, and a look at each image once where it is not. */
function sizeAdvice({ fresh, shape: [height, width] }: Work): Text {
  if (!fresh) {
    return {
      en: ' A method that keeps the backbone as it is (linear probe) looks at each image once, and takes minutes.',
      zh: '保持主干不变的方法（线性探测）每张图像只看一次，只需几分钟。'
    }
  }
  if (Math.min(height, width) < largeSide) return { en: '', zh: '' }
  const half = `${Math.round(height / 2)}×${Math.round(width / 2)}`
  return {
    en: ` Images imported at ${half} would take a quarter of the time.`, zh: `以 ${half} 导入图像约只需四分之一的时间。`
  }
}
