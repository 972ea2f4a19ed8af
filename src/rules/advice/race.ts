import type { Entrant, Race } from '../../contract/advice'
import type { Run, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { percent } from '../format/figures'

/** Entrants at most, and the least time for each in the first round: a shorter run says little. */
const [mostEntrants, leastSeconds] = [8, 12]
/** Starting, loading and testing of a run, in seconds. */
const startSeconds = 4

/** How many start in each round: half as many as in the round before, down to one (successive halving, Jamieson and Talwalkar 2016). */
export function roundsOf(entrants: number): number[] {
  const rounds = [entrants]
  while (rounds.at(-1)! > 1) rounds.push(Math.ceil(rounds.at(-1)! / 2))
  return rounds
}

/** How many methods a race of so many seconds has room for; two at least, where there are two. */
export function entrantsFor(seconds: number, candidates: number): number {
  const most = Math.min(mostEntrants, candidates)
  for (let entrants = most; entrants > 2; entrants--) {
    if (seconds / roundsOf(entrants).length / entrants >= leastSeconds) return entrants
  }
  return Math.min(2, most)
}

/** Epochs that fit into so many seconds where all of them take `whole` seconds; one at least, all where the time is not known. */
export function epochsWithin(seconds: number, epochs: number, whole: number | undefined): number {
  if (whole === undefined || whole <= seconds) return epochs
  const share = Math.max(0, seconds - startSeconds) / Math.max(1, whole - startSeconds)
  return Math.max(1, Math.min(epochs, Math.floor(epochs * share)))
}

/** A spec with so many epochs. That number is the race's, not the rule's that chose the others. */
export function shortened(spec: Spec, epochs: number): Spec {
  if (epochs === spec.training.epochs) return spec
  const { epochs: _, ...chosen } = spec.chosen ?? {}
  return { ...spec, training: { ...spec.training, epochs }, ...(spec.chosen && { chosen }) }
}

/** By what a run is judged in a race, higher is better; undefined where it has no such score. Its test images have no say. */
export function judgedBy(run: Pick<Run, 'state' | 'metrics' | 'selection' | 'spec'>, by: string, higherIsBetter: boolean): number | undefined {
  if (run.state !== 'done') return undefined
  if (run.spec.target.labels !== 'none') return run.metrics.validation?.accuracy
  const value = run.selection?.choices.find(({ score }) => score === by)?.value
  return value === undefined ? undefined : higherIsBetter ? value : -value
}

/** Those that go on to a round of so many: the best of them, who came first staying first among equals. */
export function goOn<Each extends { value?: number | undefined }>(all: readonly Each[], places: number): Each[] {
  return all.filter(({ value }) => value !== undefined).sort((one, other) => other.value! - one.value!).slice(0, places)
}

/** What to make of a race: by what it was judged, whether the first two can be told apart, whether the winner ran its whole course. */
export function raceRemarks({ by, images, entrants, winner }: Pick<Race, 'by' | 'images' | 'entrants' | 'winner'>): Text[] {
  if (!winner) {
    return [{ en: 'No run ended with a score that the race could judge by.', zh: '没有任何运行得到可供竞赛评判的分数。' }]
  }
  const remarks: Text[] = []
  const [first, second] = entrants.map(bestOf)
  if (by === 'validation') {
    remarks.push({ en: `Judged by ${images ?? 0} validation images whose labels are granted; no test image had a say.`, zh: `依据 ${images ?? 0} 张已授予标签的验证图像评判；测试图像未参与。` })
    if (images && first !== undefined && second !== undefined && first - second < 1.96 * Math.sqrt((first * (1 - first) + second * (1 - second)) / images)) {
      remarks.push({
        en: `The first two are too near to tell apart by ${images} images: ${percent(first)} against ${percent(second)}.`,
        zh: `仅凭 ${images} 张图像无法区分前两名：${percent(first)} 对 ${percent(second)}。`
      })
    }
  } else {
    remarks.push({
      en: `Judged without labels, by ${by}: a method that raises this very score is favoured. A few labels would judge better.`,
      zh: `未使用标签，依据 ${by} 评判：直接优化该分数的方法会占便宜。少量标签能更好地评判。`
    })
  }
  const last = entrants[0]!.runs.at(-1)
  if (last && last.epochs < last.of) {
    remarks.push({
      en: `The winner has had ${last.epochs} of ${last.of} epochs: start it by itself to train it whole.`,
      zh: `胜出者仅训练了 ${last.of} 轮中的 ${last.epochs} 轮：请单独启动以完整训练。`
    })
  }
  return remarks
}

/** The best that an entrant was judged with. */
export const bestOf = ({ runs }: Pick<Entrant, 'runs'>): number | undefined => {
  const values = runs.flatMap(({ value }) => value ?? [])
  return values.length > 0 ? Math.max(...values) : undefined
}
