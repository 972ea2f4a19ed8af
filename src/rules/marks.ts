import type { RunCurve, RunMarks } from '../contract/marks'
import { mostTags } from '../contract/marks'
import type { EpochMetric, Metric, Run } from '../contract/runs'

export const noMarks: RunMarks = { tags: [], note: '', pinned: false }
export const marksOf = (run: Pick<Run, 'marks'>): RunMarks => run.marks ?? noMarks
export const isMarked = ({ tags, note, pinned }: RunMarks): boolean => tags.length > 0 || note !== '' || pinned

/** The tags with some more, or without some: each once, in the order they were given; those too many are left out. */
export const withTags = ({ tags }: RunMarks, more: readonly string[]): string[] => [...new Set([...tags, ...more])].slice(0, mostTags)
export const withoutTags = ({ tags }: RunMarks, gone: readonly string[]): string[] => tags.filter((tag) => !gone.includes(tag))

/** Tags as a person writes them in one field: with commas between, Chinese ones too. */
export const readTags = (text: string): string[] => [...new Set(text.split(/[,，、;；]/).map((tag) => tag.trim().slice(0, 40)).filter((tag) => tag !== ''))].slice(0, mostTags)

/** The runs in their order, but pinned ones before all. */
export const pinnedFirst = <Marked extends Pick<Run, 'marks'>>(runs: readonly Marked[]): Marked[] =>
  [...runs.filter((run) => marksOf(run).pinned), ...runs.filter((run) => !marksOf(run).pinned)]

const mostPoints = 60

/**
 * The accuracy of the last stage's epochs: validation accuracy where all of them tell it, else training accuracy; undefined
 * where neither is told. A long series is thinned to some of its epochs, the last and the kept one among them.
 */
export function curveOf(series: readonly Metric[], chosen: Run['chosen']): RunCurve | undefined {
  const epochs = series.filter((line): line is EpochMetric => line.kind === 'epoch')
  const stage = epochs.filter((line) => line.stage === epochs.at(-1)?.stage)
  if (stage.length === 0) return undefined
  const of = stage.every((line) => line.validation) ? 'validation' : 'train'
  const all = stage.map((line) => ({ epoch: line.epoch, value: of === 'validation' ? line.validation?.accuracy : line.train.accuracy }))
  const step = Math.ceil(all.length / mostPoints)
  const some = all.filter(({ epoch }, index) => (all.length - 1 - index) % step === 0 || epoch === chosen?.epoch)
  const points = some.flatMap(({ epoch, value }) => value === undefined ? [] : [{ epoch, value }])
  if (points.length < some.length) return undefined
  const kept = points.findIndex(({ epoch }) => epoch === chosen?.epoch)
  return { of, values: points.map(({ value }) => value), ...(kept >= 0 && { kept }) }
}
