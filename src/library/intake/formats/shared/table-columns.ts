import type { SplitName } from '../../../../contract/datasets'
import { picturesOrMasks, splitLike, splitOf } from '../../reading/split-names'
import { flagOf, isCalled, isFact, yesOrNo } from './table-words'

/** Column of the picture's path, and of what else there is. */
export interface Columns {
  path: number
  label?: number
  split?: number
  domain?: number
  /** Columns of yes and no that say which pictures are of a split: `is_valid`. */
  flags?: Flag[]
  /** Those that were told by what they hold rather than by their names: a person is told. */
  guessed?: ('label' | 'domain')[]
  /** Columns that by their names could be of use, and were not used: a person is told. */
  unused?: { column: number, as: 'split' | 'label' | 'domain' }[]
}
/** A column of yes and no, and the split of which it says so. */
export interface Flag { column: number, split: SplitName }

const isNumber = (cell: string): boolean => /^[-+]?\d*[.,]?\d+(e[-+]?\d+)?\s*%?$/i.test(cell)
/** A day, a time, an address or a path, or a pair of numbers: a fact of the picture. */
const isFactual = (cell: string): boolean => isNumber(cell) ||
  /^\d{1,4}[-/.:]\d{1,2}([-/.:]\d{1,4})?([T ].*)?$|^https?:|^[a-z]:\\|^\.{0,2}\/|^[\[(]?[-\d.]+[,;x ]+[-\d.,;x ]+[\])]?$/i.test(cell)
export const picture = /\.(jpe?g|jpe|jfif|png|webp|gif|bmp|tiff?|avif|heic|heif|ppm|pgm|pbm|pnm|jp2|j2k|j2c|jpc|jpf|jpx)\s*$/i
/** Rows by which the column of pictures is found, and, from all over the table, those of splits: it may be sorted by them. */
const [firstRows, spreadRows] = [50, 2_000]

const filledOf = (rows: readonly string[][], column: number): string[] => rows.map((row) => row[column] ?? '').filter((cell) => cell !== '')
function spread(rows: readonly string[][]): readonly string[][] {
  return rows.length <= spreadRows ? rows : Array.from({ length: spreadRows }, (_, index) => rows[Math.floor(index * (rows.length - 1) / (spreadRows - 1))]!)
}
const most = (cells: readonly string[], is: (cell: string) => boolean): boolean => cells.length > 0 && cells.filter(is).length >= cells.length * 0.9
const isSplit = (cell: string): boolean => splitOfWord(cell) !== undefined
/** Whether a column says splits by its words alone: one to train on, and another. */
const saysSplits = (cells: readonly string[]): boolean => {
  const splits = new Set(cells.map(splitOfWord))
  return most(cells, isSplit) && splits.has('train') && splits.size > (splits.has(undefined) ? 2 : 1)
}

/** Which columns are what, by their names and by what they hold; undefined where none names pictures. */
export function byHeader(header: readonly string[], rows: readonly string[][], finds: (cell: string) => boolean): Columns | undefined {
  const some = spread(rows)
  const called = (kind: Parameters<typeof isCalled>[1], except: readonly (number | undefined)[] = []): number[] =>
    header.flatMap((name, column) => !except.includes(column) && isCalled(name, kind) ? [column] : [])
  const path = pictureColumn(rows.slice(0, firstRows), finds, header) ?? called('path')[0]
  if (path === undefined) return undefined
  const unused: NonNullable<Columns['unused']> = []
  const leaveOut = (as: 'split' | 'label' | 'domain', columns: readonly number[]): void => { unused.push(...columns.map((column) => ({ column, as }))) }

  const others = header.flatMap((_name, column) => column === path ? [] : [column])
  const forLabels = labelColumns(header, called('label', [path]))
  // `{ "train": […], "test": […] }` lists splits, whatever its words stand under.
  const labels = forLabels.filter((column) => !saysSplits(filledOf(some, column)))
  let label = labels[0]
  const forSplits = called('split', [path])
  const isOfSplits = (column: number): boolean => {
    const cells = filledOf(some, column)
    return isCalled(header[column]!, 'surelySplit') || cells.length === 0 || cells.some(isSplit)
  }
  const bySplits = others.filter((column) => column !== label && !forSplits.includes(column) && saysSplits(filledOf(some, column)))
  const split = forSplits.find(isOfSplits) ?? bySplits[0]
  leaveOut('split', [...forSplits, ...bySplits].filter((column) => column !== split))

  const named = others.flatMap((column) => {
    const flag = column === split || column === label || bySplits.includes(column) ? undefined : flagOf(header[column]!)
    return flag ? [{ column, ...flag, isMarks: most(filledOf(some, column), (cell) => yesOrNo(cell) !== undefined) }] : []
  })
  const marks = others.filter((column) => most(filledOf(some, column), (cell) => yesOrNo(cell) !== undefined))
  // One of some columns of classes may be called "train".
  const arePlain = label !== undefined || marks.every((column) => named.some((flag) => flag.column === column))
  const flags = named.filter(({ isSaid, isMarks, isUnclear }) => isMarks && !isUnclear && (isSaid || arePlain))
  leaveOut('split', named.filter(({ column, isSaid, isMarks, isUnclear }) => (isUnclear ? isMarks && label !== undefined : isSaid && !isMarks) && filledOf(some, column).length > 0).map(({ column }) => column))

  const domains = called('domain', [path, split, label])
  const domain = domains.find((column) => isCalled(header[column]!, 'surelyDomain') || recurs(filledOf(rows, column)))
  leaveOut('domain', domains.filter((column) => column !== domain))

  const guessed: NonNullable<Columns['guessed']> = []
  const taken = [path, split, domain, ...flags.map(({ column }) => column), ...unused.map(({ column }) => column)]
  const facts = others.filter((column) => !isCalled(header[column]!, 'index'))
  const left = facts.filter((column) => !taken.includes(column))
  if (label === undefined && left.length === 1 && isLikeLabel(header[left[0]!]!, filledOf(rows, left[0]!), facts.length === 1)) {
    label = left[0]!
    guessed.push('label')
  }
  leaveOut('label', labels.slice(1).filter((column) => label === undefined || !pairs(rows, label, column)))
  return {
    path, ...defined({ label, split, domain }), ...(flags.length > 0 && { flags: flags.map(({ column, split: of }) => ({ column, split: of })) }),
    ...(guessed.length > 0 && { guessed }), ...(unused.length > 0 && { unused: unused.filter(({ column }) => column !== label) })
  }
}

/** Columns that by their names hold classes, the one that says so outright first; `y` beside `x` is a place in the picture. */
function labelColumns(header: readonly string[], columns: readonly number[]): number[] {
  const arePlaces = header.some((name) => isCalled(name, 'coordinate'))
  const usable = columns.filter((column) => !arePlaces || header[column]!.trim().toLowerCase() !== 'y')
  return [...usable.filter((column) => isCalled(header[column]!, 'surelyLabel')), ...usable.filter((column) => !isCalled(header[column]!, 'surelyLabel'))]
}

/**
 * Whether the only column that is left may be that of the class: its words recur, and neither its name nor they are a
 * fact of the picture. Beside the picture's column alone, numbers that recur may be grades.
 */
function isLikeLabel(name: string, cells: readonly string[], isAlone: boolean): boolean {
  if (cells.length === 0) return false
  if (isFact(name)) {
    // An `Id` that recurs beside the picture alone numbers classes, not pictures; a patient's or a subject's numbers neither.
    const bare = name.replace(/_?id$/i, '')
    return isAlone && bare !== name && !isFact(bare) && cells.length >= 4 && recurs(cells)
  }
  const numbers = new Set(cells.map((cell) => cell.replace(/\.0*$/, '')))
  // 1 and -1 alone are yes and no, as CelebA writes them; beside other numbers -1 says that it is not known.
  const isYesOrNo = numbers.size === 2 && numbers.has('1') && numbers.has('-1')
  if (isAlone && (isYesOrNo || [...numbers].every((number) => /^\d{1,5}$/.test(number)))) return recurs(cells)
  if (most(cells, isFactual)) return false
  return isAlone ? cells.length < 8 || new Set(cells).size <= cells.length * 0.9 : recurs(cells)
}

/** The same without a header: the label is the first column whose words recur, rather than a score or the edge of a box. */
export function byContent(rows: readonly string[][], finds: (cell: string) => boolean): Columns | undefined {
  const path = pictureColumn(rows.slice(0, firstRows), finds)
  if (path === undefined) return undefined
  const some = spread(rows)
  const cells = (column: number): string[] => some.map((row) => row[column] ?? '')
  const width = Math.max(...some.map((row) => row.length))
  const others = Array.from({ length: width }, (_, column) => column).filter((column) => column !== path)
  const areSplits = (column: number): boolean => filledOf(some, column).length > 0 && filledOf(some, column).every(isSplit)
  const split = others.find((column) => saysSplits(filledOf(some, column))) ?? others.find(areSplits)
  const left = others.filter((column) => column !== split)
  const words = left.filter((column) => !cells(column).every(isNumber))
  const [first, second] = left
  let label = first
  if (first !== undefined && left.length > 1 && !words.includes(first)) {
    // A number and its name; or numbers of something else before the label.
    const named = words.find((column) => pairs(some, first, column))
    label = named ?? (recurs(cells(first)) && left.length < 3 ? first : words.find((column) => recurs(cells(column))) ?? first)
  }
  const isScore = label !== undefined && !words.includes(label) && !(recurs(cells(label)) && cells(label).every((cell) => /^\d{1,5}(\.0*)?$/.test(cell)))
  if (isScore) label = undefined
  const domain = second !== undefined && label === first && others.length <= 3 && words.includes(second) && recurs(cells(second)) ? second : undefined
  const guessed: Columns['guessed'] = [...(label !== undefined && left.length > 1 ? ['label' as const] : []), ...(domain !== undefined ? ['domain' as const] : [])]
  return { path, ...defined({ label, split, domain }), ...(guessed.length > 0 && { guessed }) }
}

/** Whether two columns name the same, one to one. */
const pairs = (rows: readonly string[][], one: number, other: number): boolean => {
  const [ones, others] = [one, other].map((column) => rows.map((row) => row[column] ?? '')) as [string[], string[]]
  const both = new Set(ones.map((cell, index) => `${cell}\0${others[index]}`)).size
  return new Set(ones).size === both && new Set(others).size === both && both < ones.length
}
/** Whether a column has far fewer words than rows, as labels do; a few rows can't tell. */
const recurs = (cells: readonly string[]): boolean => cells.length < 4 || new Set(cells).size <= Math.max(2, cells.length / 2)

/**
 * The first column in which most cells name a picture: by their ending, of one that is there first, or else because it is
 * there. Where several do, one that by its name is of masks is not it.
 */
function pictureColumn(sample: readonly string[][], finds: (cell: string) => boolean, header: readonly string[] = []): number | undefined {
  const width = Math.max(0, ...sample.map((row) => row.length))
  for (const names of [(cell: string) => picture.test(cell) && finds(cell), (cell: string) => picture.test(cell), finds]) {
    const found = Array.from({ length: width }, (_, column) => column).filter((column) => sample.filter((row) => names(row[column] ?? '')).length * 2 > sample.length)
    if (found.length > 0) return found.find((column) => picturesOrMasks(header[column] ?? '') !== 'masks') ?? found[0]
  }
  return undefined
}

/** Which split a cell says: `train`, `Test`, `dev`, `validation set`; and FER2013's two. */
export function splitOfWord(word: string): ReturnType<typeof splitOf> {
  if (/^public[\s_-]?test$/i.test(word)) return 'validation'
  if (/^private[\s_-]?test$/i.test(word)) return 'test'
  const like = splitLike(word)
  return splitOf(word) ?? (like?.rest === '' ? like.split : undefined)
}

function defined(columns: { label: number | undefined, split: number | undefined, domain: number | undefined }): Omit<Columns, 'path'> {
  const { label, split, domain } = columns
  return { ...(label !== undefined && { label }), ...(split !== undefined && { split }), ...(domain !== undefined && { domain }) }
}
