import type { SelectionRecord } from '../../contract/runs'
import type { Text } from '../../contract/text'

/** Whose opinion it is. */
export const secondScore = 'neighbour-agreement'

/** From this share of the images on two epochs are really two answers. */
const differingAtLeast = 0.1
/** From this distance on class shares are far apart, beside what chance does with so few images. */
const farFrom = 0.2

/** How many of two lists of answers differ. */
export function shareDiffering(one: Int32Array, other: Int32Array): number {
  return one.length === 0 ? 0 : one.reduce((sum, answer, image) => sum + (answer === other[image] ? 0 : 1), 0) / one.length
}

/** Whether a share of differing answers is worth a word. */
export const disagree = (differing: number): boolean => differing >= differingAtLeast

/**
 * How far predicted class shares are from the source's, by the farther of several lists of predictions: a choice that wants
 * balanced classes may have kept an epoch that makes them up. Half the sum of the differences, in [0, 1]; far where
 * it is beyond what chance does with so few images.
 * @param source images of each class
 */
export function classShift(lists: readonly Int32Array[], source: readonly number[]): NonNullable<SelectionRecord['shift']> {
  const all = source.reduce((sum, count) => sum + count, 0)
  const distanceOf = (predictions: Int32Array): number => {
    const shares = source.map((count) => -count / Math.max(1, all))
    for (const label of predictions) shares[label] = (shares[label] ?? 0) + 1 / predictions.length
    return shares.reduce((sum, share) => sum + Math.abs(share), 0) / 2
  }
  const distance = Math.max(0, ...lists.map(distanceOf))
  const images = Math.max(1, lists[0]?.length ?? 0)
  return { distance, far: distance > farFrom + 0.5 * Math.sqrt(source.length / images) }
}

const percentOf = (share: number): string => `${Math.round(share * 100)} %`

/** What the record warns of where the scores disagree about the epoch. */
export const disagreementNote = ({ epoch, second }: SelectionRecord): Text | undefined => second?.disagrees ? {
  en: `The scores disagree about the epoch: ${epoch} was kept, and agreement with neighbours would have kept ${second.epoch}, which answers ${percentOf(second.differing)} of the held-out images differently.`,
  zh: `各评分对轮次意见不一：保留了第 ${epoch} 轮，而“与近邻一致”会保留第 ${second.epoch} 轮，两者对 ${percentOf(second.differing)} 的留出图像给出不同答案。`
} : undefined

/** What the record says where an epoch was kept that the score rates below the start. */
export const overStartNote = ({ epoch, overStart }: SelectionRecord): Text | undefined => overStart ? {
  en: `Information maximisation rates the start above epoch ${epoch}, which was kept: it is less sure, but at equal sureness it tells the classes better, and neighbours are answered alike no less often.`,
  zh: `信息最大化认为起点优于所保留的第 ${epoch} 轮：该轮把握较小，但在同等把握下更能区分类别，且近邻的答案同样一致。`
} : undefined

/** What it warns of where the target seems to have other class shares than the source. */
export const shiftNote = ({ score, shift }: SelectionRecord): Text | undefined => shift?.far ? {
  en: `The target's classes seem to come in other shares than the source's (${percentOf(shift.distance)} apart, as predicted), or the predictions have gone astray.${score === 'information-maximisation' ? ' Information maximisation asks for equal shares, so its choice may be wrong here; choosing by agreement with neighbours does not.' : ''}`,
  zh: `目标的类别比例似乎与源不同（按预测相差 ${percentOf(shift.distance)}），也可能是预测有误。${score === 'information-maximisation' ? '信息最大化假定各类比例相同，此处的选择可能不当；可改为依据“与近邻一致”选择。' : ''}`
} : undefined
