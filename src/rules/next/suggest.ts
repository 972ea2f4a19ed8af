import type { Dataset } from '../../contract/datasets'
import type { RunOverview } from '../../contract/run-overview'
import type { EpochMetric, LabelGrant, Run } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { percent } from '../format/figures'
import { rescuedRate } from '../settings/rescue'
import { isFresh } from '../refs'
import { isOpen } from '../states'
import { keyOf } from '../studies/plan'
import { muchConfused, overtaken, sunkClass, swallowing } from './mistakes'

/** What one click does about it. */
export type NextAction =
  | { kind: 'compare', ids: string[] }
  | { kind: 'pictures', truth: number, predicted?: number }
  /** The transfer again with something changed. */
  | { kind: 'again', method?: string, labels?: LabelGrant, epochs?: number, learningRate?: number, twins?: boolean }

export interface Suggestion { id: string, text: Text, action?: NextAction, /** Words on its button. */ does?: Text }

export interface Ended {
  run: Run
  /** Of all its stages. */
  epochs: readonly EpochMetric[]
  /** Other runs, among them its twins. */
  runs: readonly RunOverview[]
  /** Absent where it is gone. */
  target?: Dataset | undefined
}

const most = 3

/** At most three things to do after a run, the most important first; none for a run that has not ended well. */
export function suggestNext(ended: Ended): Suggestion[] {
  const { run } = ended
  if (run.state !== 'done' || !run.metrics.test) return []
  // Epochs are counted anew in every stage; the last one is what the run ended with, and chose from.
  const stage = Math.max(0, ...ended.epochs.map((epoch) => epoch.stage))
  const last = { ...ended, epochs: ended.epochs.filter((epoch) => epoch.stage === stage) }
  return [controlBetter, notLearned, swallowed, confused, overfitting, unfinished, missedForecast, slow, fewLabels, noControl]
    .flatMap((find) => find(last) ?? []).slice(0, most)
}

type Find = (ended: Ended) => Suggestion | undefined

const look: Text = { en: 'Look at the pictures', zh: '查看这些图像' }
const again: Text = { en: 'Set it up', zh: '据此设置' }

/** A control at the same budget did better, by more than chance. */
const controlBetter: Find = ({ run, runs }) => {
  const twins = Object.values(run.study?.twins ?? {})
  const better = runs.filter(({ id, state }) => state === 'done' && twins.includes(id))
    // All of the target's labels are more than the run was given: that control is no reproach.
    .filter(({ study }) => study?.role !== 'target-supervised')
    .filter((twin) => overtaken(run.metrics.test!, twin.metrics.test))
    .sort((a, b) => b.metrics.test!.accuracy - a.metrics.test!.accuracy)[0]
  if (!better) return undefined
  const accuracy = percent(better.metrics.test!.accuracy)
  return {
    id: 'control-better',
    text: {
      en: `The control “${better.names.method}” reached ${accuracy}, more than this run: here the transfer hurt. Try another source or method.`,
      zh: `对照“${better.names.method}”达到 ${accuracy}，高于本次运行：此处迁移有害。请换一个源模型或方法。`
    },
    action: { kind: 'compare', ids: [run.id, better.id] }, does: { en: 'Compare', zh: '比较' }
  }
}

/** It cannot be told from guessing. */
const notLearned: Find = ({ run, epochs }) => {
  const { unlearned: why, rescues = [], spec: { training } } = run
  if (!why) return undefined
  const rate = rescuedRate(training.learningRate, rescues.length + 1)
  return {
    id: 'not-learned', text: why,
    ...(epochs.length > 0 && {
      action: { kind: 'again' as const, learningRate: rate },
      does: { en: `Again at a tenth of the learning rate (${rate})`, zh: `以十分之一的学习率（${rate}）再试` }
    })
  }
}

/** Almost everything is taken for one class, or one class is hardly ever found. */
const swallowed: Find = ({ run }) => {
  const score = run.metrics.test!
  const into = swallowing(score)
  if (into) {
    const { class: name } = score.perClass[into.predicted]!
    const from = score.perClass[into.truth]!
    return {
      id: 'one-class-takes-all',
      text: { en: `${percent(into.share)} of the test images are taken for “${name}”. The predictions have fallen into one class.`, zh: `${percent(into.share)} 的测试图像被判为“${name}”：预测坍缩到了一个类别。` },
      action: { kind: 'pictures', truth: into.truth, predicted: into.predicted }, does: { en: `See “${from.class}” taken for “${name}”`, zh: `查看被判为“${name}”的“${from.class}”` }
    }
  }
  const sunk = sunkClass(score)
  if (sunk === undefined) return undefined
  const { class: name, accuracy, n } = score.perClass[sunk]!
  return {
    id: 'class-not-found',
    text: {
      en: `“${name}” is hardly ever found: ${Math.round(accuracy! * n)} of ${n}. See whether its pictures are like those it learned from.`,
      zh: `几乎认不出“${name}”：${n} 张中只对 ${Math.round(accuracy! * n)} 张。请看它的图像是否与训练所用的相似。`
    },
    action: { kind: 'pictures', truth: sunk }, does: look
  }
}

/** Two classes are behind much of what went wrong. */
const confused: Find = ({ run }) => {
  const pair = muchConfused(run.metrics.test!)
  if (!pair) return undefined
  const [one, other] = [run.metrics.test!.perClass[pair.truth]!.class, run.metrics.test!.perClass[pair.predicted]!.class]
  return {
    id: 'two-confused',
    text: {
      en: `“${one}” and “${other}” are ${percent(pair.share)} of all mistakes (${pair.mistakes}). More labels of these two, or a look at theirs, is worth most.`,
      zh: `“${one}”与“${other}”之间的混淆占全部错误的 ${percent(pair.share)}（${pair.mistakes} 个）。为这两类增加标签或检查其标签最有价值。`
    },
    action: { kind: 'pictures', truth: pair.truth, predicted: pair.predicted }, does: look
  }
}

/** Much better on what it learned from than on what it had not seen, where both are of the target. */
const overfitting: Find = ({ run, epochs }) => {
  // Without labels of the target its training accuracy is one on the source's images: another thing altogether.
  if (run.spec.target.labels === 'none') return undefined
  const kept = epochs.find(({ epoch }) => epoch === run.chosen?.epoch) ?? epochs.at(-1)
  const [trained, tested] = [kept?.train.accuracy, run.metrics.test!.accuracy]
  if (trained === undefined || trained < 0.9 || trained - tested < 0.15) return undefined
  const { method } = run.spec
  const probe = method.id !== 'linear-probe' && !run.spec.source.model.startsWith('arch:')
  return {
    id: 'overfitting',
    text: {
      en: `${percent(trained)} on the training images and ${percent(tested)} on the test images: it learned them by heart.${probe ? ' A method that leaves the source\'s features as they are cannot.' : ' More labels, or changed copies of the images (augmentation), help.'}`,
      zh: `训练图像上 ${percent(trained)}，测试图像上 ${percent(tested)}：出现过拟合。${probe ? '保持源特征不变的方法不会如此。' : '增加标签或使用数据增强会有帮助。'}`
    },
    ...(probe && { action: { kind: 'again' as const, method: 'linear-probe' }, does: { en: 'Try a linear probe', zh: '试试线性探测' } })
  }
}

/** The last epoch was the best, and it was still rising. */
const unfinished: Find = ({ run, epochs }) => {
  const { chosen, spec: { training } } = run
  const validated = epochs.flatMap(({ validation }) => validation ? [validation.accuracy] : [])
  const [before, last] = [validated[Math.floor(validated.length * 0.7)], validated.at(-1)]
  if (!chosen || chosen.epoch < epochs.length || epochs.length < 4 || before === undefined || last === undefined || last - before < 0.01) return undefined
  const doubled = 2 * training.epochs
  return {
    id: 'still-rising',
    text: { en: 'The last epoch was the best, and the curve was still rising: it had not finished learning.', zh: '最后一轮最好，且曲线仍在上升：训练尚未完成。' },
    action: { kind: 'again', epochs: doubled }, does: { en: `Again with ${doubled} epochs`, zh: `以 ${doubled} 轮再试` }
  }
}

/** What was foretold did not come. */
const missedForecast: Find = ({ run }) => {
  const { prediction } = run
  const { accuracy } = run.metrics.test!
  if (!prediction || accuracy >= prediction.interval[0]) return undefined
  return {
    id: 'below-forecast',
    text: {
      en: `${percent(prediction.accuracy)} was foretold, at least ${percent(prediction.interval[0])}. Either the test images differ from the training images, or the advice was wrong; it is counted.`,
      zh: `预测为 ${percent(prediction.accuracy)}，至少 ${percent(prediction.interval[0])}。可能是测试图像与训练图像不同，也可能是建议有误；已计入统计。`
    }
  }
}

/** Longer than a person likes to wait, at fewer images per second than a processor makes of small ones. */
const tooLong = { seconds: 600, imagesPerSecond: 40, side: 128 }

/** A large backbone on a small processor: at half the side it computes a quarter. */
const slow: Find = ({ run, target }) => {
  const { backend, seconds, imagesPerSecond: pace } = run
  if (!target || !backend || backend.kind === 'gpu' || pace === undefined) return undefined
  const [height, width] = target.shape
  if (seconds < tooLong.seconds || pace >= tooLong.imagesPerSecond || Math.min(height, width) < tooLong.side) return undefined
  const half = `${Math.round(height / 2)}×${Math.round(width / 2)}`
  const said = { en: `It learned from ${pace.toFixed(1)} images per second on ${backend.threads} threads.`, zh: `它在 ${backend.threads} 个线程上每秒学习 ${pace.toFixed(1)} 张图像。` }
  return {
    id: 'slow',
    text: isFresh(run.spec.source.model)
      ? { en: `${said.en} Import the pictures again at half the side (${half}): new weights take that size, and need about a quarter of the time.`,
          zh: `${said.zh}请以一半边长（${half}）重新导入图像：全新权重可用该尺寸，约需四分之一的时间。` }
      : { en: `${said.en} A trained network keeps its input size: keep its backbone as it is (linear probe, or “Backbone that is trained: none”), so that each picture is looked at once, or take a network of a smaller input than ${height}×${width}.`,
          zh: `${said.zh}已训练的网络保持其输入尺寸：请保持主干不变（线性探测，或“训练的主干：不训练”），使每张图像只看一次；或换用输入小于 ${height}×${width} 的网络。` }
  }
}

/** Few labels were granted, and there are more. */
const fewLabels: Find = ({ run, target }) => {
  const { labels, domain } = run.spec.target
  const there = target?.splits.train?.perClass
  // Of one domain of several nobody has counted by class.
  if (typeof labels === 'string' || !there || domain !== undefined || run.metrics.test!.accuracy > 0.95) return undefined
  const smallest = Math.min(...there)
  const doubled = Math.min(smallest, 2 * labels.perClass)
  if (doubled <= labels.perClass) return undefined
  return {
    id: 'few-labels',
    text: {
      en: `It learned from ${labels.perClass} labels per class, and there are ${smallest}. More labels usually help more than another method.`,
      zh: `它只用了每类 ${labels.perClass} 个标签，而现有 ${smallest} 个。增加标签通常比更换方法更有效。`
    },
    action: { kind: 'again', labels: { perClass: doubled } }, does: { en: `Grant ${doubled} per class`, zh: `每类授予 ${doubled} 个` }
  }
}

/** Nothing tells whether the source helped. */
const noControl: Find = ({ run, runs }) => {
  const { source, method } = run.spec
  if (source.model.startsWith('arch:') || method.id === 'scratch' || hasControl(run, runs)) return undefined
  return {
    id: 'no-control',
    text: { en: 'No control ran beside it: whether the source helped is not known.', zh: '没有对照运行：尚不知道源模型是否有帮助。' },
    action: { kind: 'again', twins: true }, does: again
  }
}

/** Whether one of the runs tells what this one would have come to without its transfer, or will tell it. */
export function hasControl({ study, spec: { source, target } }: Pick<Run, 'study' | 'spec'>, runs: readonly RunOverview[]): boolean {
  const twins = Object.values(study?.twins ?? {})
  return runs.some(({ id, state }) => twins.includes(id) && (isOpen({ state }) || state === 'done')) || runs.some(({ state, spec: other }) => state === 'done'
    && other.target.dataset === target.dataset && other.target.domain === target.domain && other.target.testSplit === target.testSplit
    && (other.method.id === 'source-only' ? other.source.model === source.model : other.method.id === 'scratch' && keyOf(other.target) === keyOf(target)))
}
