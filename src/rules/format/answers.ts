import type { AnswerList } from '../../contract/answer-lists'
import { csvCell, csvFile, csvPath } from './csv'

/**
 * A list of answers as a comma-separated table, one line for each test image. Column names are in English whatever the
 * window speaks, so that a script reads them anywhere; with several runs each has columns of its own, by its name.
 */
export function answersCsv({ split, classes, positions, files, truth, runs }: AnswerList): string {
  const nameOf = (index: number | undefined): string => index === undefined ? '' : classes[index] ?? String(index)
  const isTaken = (name: string): boolean => runs.filter((run) => run.name === name).length > 1
  const of = (column: string, { name, id }: AnswerList['runs'][number]): string =>
    runs.length === 1 ? column : `${column} (${isTaken(name) ? `${name}, ${id}` : name})`
  const head = [
    ...(files ? ['file'] : []), 'split', 'position', 'true',
    ...runs.flatMap((run) => [of('predicted', run), of('right', run), ...(run.confidence ? [of('confidence', run)] : [])])
  ]
  const lines = positions.map((position, image) => [
    ...(files ? [csvPath(files[image] ?? '')] : []), split, String(position), csvCell(nameOf(truth[image])),
    ...runs.flatMap(({ predicted, confidence }) => [
      csvCell(nameOf(predicted[image])), predicted[image] === truth[image] ? 'yes' : 'no', ...(confidence ? [confidence[image]!.toFixed(4)] : [])
    ])
  ])
  return csvFile([head.map(csvCell), ...lines])
}

/** The images that a run took for another class, by their places in the list, those that it was surest of first. */
export function mistakesIn({ truth, runs }: AnswerList, run = 0): number[] {
  const { predicted, confidence } = runs[run]!
  const wrong = [...truth.keys()].filter((image) => predicted[image] !== truth[image])
  return confidence ? wrong.sort((a, b) => confidence[b]! - confidence[a]! || a - b) : wrong
}
