import type { SkippedFile, SplitName } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import { someNames } from '../../reading/class-names'
import type { Table } from './table'
import { splitOfWord, type Flag } from './table-columns'
import { yesOrNo } from './table-words'

/** Where a row's picture belongs, or why that is unclear. */
export interface Place { split: SplitName, isSaid: boolean, problem?: SkippedFile['reason'] }
/** How the rows of a table are divided; `told` says what was taken for granted of it, once all rows have been placed. */
interface RowSplits { of(cells: readonly string[]): Place, told(name: string): Text[] }

/**
 * The split of each row: by the column of splits, or else by the columns of yes and no, or else by what the table itself
 * is called. A row that says nothing is trained on only where nothing else says which rows are.
 * @param splitHere the split that the table's name says
 */
export function rowSplits({ rows, header, columns }: Table, splitHere: SplitName | undefined): RowSplits {
  const { split: column, flags = [] } = columns
  const said = column === undefined ? [] : rows.map((row) => row[column] ?? '')
  const numbers = numberedSplits(said)
  const splitIn = (word: string): SplitName | undefined => numbers?.get(whole(word)) ?? splitOfWord(word)
  const words = new Set(said.map(splitIn))
  const silent = new Map<SplitName, number>()
  const quiet = (split: SplitName, isSaid: boolean): Place => {
    silent.set(split, (silent.get(split) ?? 0) + 1)
    return { split, isSaid }
  }
  const title = (at: number): string => header[at] ?? `#${at + 1}`
  const byFlags = (cells: readonly string[]): Place => {
    const marks = flags.map((flag) => ({ ...flag, cell: cells[flag.column] ?? '' }))
    const unclear = marks.find(({ cell }) => cell !== '' && yesOrNo(cell) === undefined)
    if (unclear) return { ...nowhere, problem: neither(title(unclear.column), unclear.cell) }
    const isYes = marks.filter(({ cell }) => yesOrNo(cell) === 'yes')
    const [split, ...more] = new Set(isYes.map((flag) => flag.split))
    if (more.length > 0) return { ...nowhere, problem: severalSplits(isYes.map((flag) => title(flag.column))) }
    if (split) return { split, isSaid: true }
    const rest = restOf(flags)
    return rest === undefined ? { ...nowhere, problem: noYes(flags.map((flag) => title(flag.column))) } : quiet(rest === 'train' ? splitHere ?? rest : rest, true)
  }
  return {
    of(cells) {
      const word = column === undefined ? '' : cells[column] ?? ''
      if (word !== '') {
        const split = splitIn(word)
        return split ? { split, isSaid: true } : { ...nowhere, problem: unknownSplit(word) }
      }
      if (flags.length > 0) return byFlags(cells)
      if (column === undefined || splitHere !== undefined) return { split: splitHere ?? 'train', isSaid: splitHere !== undefined }
      return words.has('train') ? { ...nowhere, problem: emptySplit } : quiet('train', false)
    },
    told(name) {
      const used = [...column === undefined ? [] : [column], ...flags.map((flag) => flag.column)].map(title)
      const rest = [...silent].map(([split, count]) => ({ split, count }))
      if (numbers) return [byNumbers(name, title(column!), numbers)]
      // A column that is called for splits and says one in each row is what anyone expects.
      if (used.length === 0 || (flags.length === 0 && rest.length === 0 && /^(split|set|subset|partition|usage)$/i.test(used[0]!))) return []
      return [byColumns(name, used, rest)]
    }
  }
}

/** `2` of `2.0`, as pandas writes numbers beside cells that are empty. */
const whole = (word: string): string => word.replace(/^(\d+)\.0*$/, '$1')

/**
 * Numbers that stand for splits in their order, as CelebA has them: 0, 1 and 2, or 0 and 1, or the same from 1 on; the first, to train
 * on, is more frequent than each of the others, as folds of a cross-validation are not. Undefined where the words are others.
 */
export function numberedSplits(words: readonly string[]): Map<string, SplitName> | undefined {
  const counts = new Map<string, number>()
  for (const word of words.map(whole)) if (word !== '') counts.set(word, (counts.get(word) ?? 0) + 1)
  const found = [...counts.keys()].sort()
  const splits = ([undefined, undefined, ['train', 'test'], ['train', 'validation', 'test']] as const)[found.length]
  if (!splits || !['0,1', '0,1,2', '1,2', '1,2,3'].includes(found.join())) return undefined
  return found.slice(1).every((word) => counts.get(word)! < counts.get(found[0]!)!) ? new Map(found.map((word, index) => [word, splits[index]!])) : undefined
}

const nowhere = { split: 'train', isSaid: true } as const
/** For what rows are where no column says yes: to train on, unless one is for that; else for what none is for, to test on first. */
const restOf = (flags: readonly Flag[]): SplitName | undefined =>
  (['train', 'test', 'validation'] as const).find((split) => !flags.some((flag) => flag.split === split))

/** What a split is for, within a sentence. */
export const forWhat: Record<SplitName, Text> = {
  train: { en: 'training', zh: '训练' }, validation: { en: 'validation', zh: '验证' }, test: { en: 'testing', zh: '测试' }, unlabelled: { en: 'labelling', zh: '标注' }
}
const byColumns = (table: string, columns: readonly string[], rest: readonly { split: SplitName, count: number }[]): Text => {
  const [en, zh] = (['en', 'zh'] as const).map((language) => rest.map(({ split, count }) => language === 'en'
    ? `; ${count} ${count === 1 ? 'row that says nothing there is' : 'rows that say nothing there are'} for ${forWhat[split].en}`
    : `；其中未注明的 ${count} 行用于${forWhat[split].zh}`).join(''))
  return { en: `The splits are those of ${someNames(columns)} in ${table}${en}.`, zh: `划分取自 ${table} 的 ${someNames(columns)} 列${zh}。` }
}
const byNumbers = (table: string, column: string, numbers: ReadonlyMap<string, SplitName>): Text => {
  const of = (language: 'en' | 'zh'): string => [...numbers].map(([number, split]) => language === 'en' ? `${number} for ${forWhat[split].en}` : `${number} 用于${forWhat[split].zh}`)
    .join(language === 'en' ? ', ' : '、')
  return { en: `The numbers in “${column}” of ${table} are taken for splits in their order: ${of('en')}.`, zh: `${table} 的“${column}”列中的数字按顺序作为划分：${of('zh')}。` }
}
const unknownSplit = (word: string): Text => ({
  en: `"${word.slice(0, 40)}" is none of train, validation and test.`, zh: `“${word.slice(0, 40)}”不是 train、validation 或 test。`
})
const emptySplit: Text = { en: 'The row says no split, though others say which are for training.', zh: '该行未注明划分，而其他行注明了哪些用于训练。' }
const noYes = (columns: readonly string[]): Text => ({ en: `None of ${someNames(columns)} says yes.`, zh: `${someNames(columns)} 均不为“是”。` })
const severalSplits = (columns: readonly string[]): Text => ({ en: `More than one of ${someNames(columns)} says yes.`, zh: `${someNames(columns)} 中不止一个为“是”。` })
const neither = (column: string, word: string): Text => ({
  en: `“${word.slice(0, 40)}” in the column “${column}” is neither yes nor no.`, zh: `“${column}”列的“${word.slice(0, 40)}”既不是“是”也不是“否”。`
})
