import { basename } from 'node:path'
import type { Text } from '../../../../contract/text'
import type { FolderTables, PictureTable } from './picture-table'
import { dividersOf, picturesOf } from './table-dividers'

/** Why a table is not used beside another one. */
export const another = (name: string): Text => ({ en: `This table was not used: ${name} was.`, zh: `未使用该表格：已使用 ${name}。` })
/** Lists of which several speak of one split: of a class each, or of other tasks. */
const ofOneSplit = (names: readonly string[]): Text => ({
  en: `This list was not used: ${names.map((name) => `“${name}”`).join(', ')} are for the same pictures; leave the one that is meant in the folder, or put the pictures into a folder for each class.`,
  zh: `未使用该列表：${names.map((name) => `“${name}”`).join('、')} 针对同一部分；请只保留所需的列表，或按类别分文件夹存放图像。`
})

/** What a list of pictures to test on, whose classes nobody gives, becomes: a test without labels would leave every run without a score. */
const waiting: Text = {
  en: 'it names pictures without labels, as a competition keeps them back: they wait to be labelled, and are not tested on.',
  zh: '其中的图像没有标签（如竞赛所保留的）：它们等待标注，不用于测试。'
}

const saysSplits = ({ table: { columns } }: PictureTable): boolean => columns.split !== undefined || columns.flags !== undefined
/** Whether classes stand in a table, and nothing yet says which of its pictures are for testing. */
const wantsDivider = (table: PictureTable): boolean => table.labels !== undefined && !saysSplits(table) && !table.divider

/** Those that are named for splits, or else the first. */
function forSplits(tables: readonly PictureTable[]): PictureTable[] {
  const named = tables.filter(({ split }) => split !== undefined)
  return named.length > 0 ? named : tables.slice(0, 1)
}

/**
 * Which of some tables are used: those of classes, and of those that say splits alone the one that divides their pictures, and
 * those that are named for a split and hold pictures of their own.
 */
export async function choose(given: readonly PictureTable[]): Promise<FolderTables> {
  const usable = given.filter(({ isBare }) => !isBare)
  const { kept: labelled, repeats } = await withoutRepeats(forSplits(usable.filter(({ labels }) => labels)))
  const alone = usable.filter(({ labels }) => !labels)
  const named = labelled.length > 0 && (alone.length > 0 || usable.length < given.length) ? await picturesOf(labelled) : new Set<string>()
  const dividers = named.size > 0 && alone.length > 0 ? await dividersOf(named, alone) : []
  const divider = labelled.length === 1 && wantsDivider(labelled[0]!) ? dividers[0] : undefined
  const parts = alone.filter((table) => table.split !== undefined && !dividers.includes(table))
  const bare = labelled.length === 0 ? [] : await apartFrom(named, given.filter(({ isBare }) => isBare))
  const chosen = labelled.length > 0 ? given.filter((table) => labelled.includes(table) || parts.includes(table) || bare.includes(table)) : forSplits(alone)
  const used = chosen.map((table) => bare.includes(table) ? { ...table, split: 'unlabelled' as const, text: waiting }
    : divider && table === labelled[0] ? { ...table, divider } : table)
  const others = given.filter((table) => !chosen.includes(table) && table !== divider)
  const instead = (table: PictureTable): PictureTable => repeats.get(table) ?? (divider && alone.includes(table) ? divider : labelled[0] ?? used[0]!)
  return {
    used,
    unused: others.map((table) => table.isBare ? { path: table.path, reason: table.isBare, listsPictures: true }
      : { path: table.path, reason: another(basename(instead(table).path)) })
  }
}

/** Lists of pictures alone, named for testing: those that name none of the pictures of the tables of classes. */
async function apartFrom(named: ReadonlySet<string>, bare: readonly PictureTable[]): Promise<PictureTable[]> {
  const found: PictureTable[] = []
  for (const table of bare) {
    const pictures = await picturesOf([table])
    if (pictures.size > 0 && ![...pictures].some((path) => named.has(path))) found.push(table)
  }
  return found
}

/** Without tables that give no picture but those of another table of the same split, with the same class: `train.csv` and `train_folds.csv`. */
async function withoutRepeats(labelled: readonly PictureTable[]): Promise<{ kept: PictureTable[], repeats: Map<PictureTable, PictureTable> }> {
  const repeats = new Map<PictureTable, PictureTable>()
  const doubled = labelled.filter(({ split, finder }) => labelled.filter((other) => other.split === split && other.finder === finder).length > 1)
  if (doubled.length === 0) return { kept: [...labelled], repeats }
  const classes = new Map<PictureTable, Map<string, string>>()
  for (const table of doubled) classes.set(table, await classesIn(table))
  // Of two that say the same the plainer one, which has fewer columns, is used.
  const ordered = [...doubled].sort((one, other) => classes.get(other)!.size - classes.get(one)!.size || one.table.header.length - other.table.header.length)
  for (const [index, table] of ordered.entries()) {
    const own = [...classes.get(table)!]
    const first = ordered.slice(0, index).find((earlier) => !repeats.has(earlier) && earlier.split === table.split && !saysSplits(table) &&
      own.length > 0 && own.every(([path, label]) => classes.get(earlier)!.get(path) === label))
    if (first) repeats.set(table, first)
  }
  return { kept: labelled.filter((table) => !repeats.has(table)), repeats }
}

async function classesIn({ table, labels, finder, way }: PictureTable): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const cells of table.rows) {
    const { path } = await finder.find(cells[table.columns.path] ?? '', way)
    if (path !== undefined) found.set(path, JSON.stringify(labels?.of(cells)))
  }
  return found
}

/** Lists of other files than tables: where several speak of one split, which is meant is unclear, and none is used. */
export async function chooseLists(usable: readonly PictureTable[]): Promise<FolderTables> {
  const { used, unused } = await choose(usable)
  const areDoubled = new Set(used.map(({ split }) => split)).size < used.length
  if (!areDoubled) return { used, unused }
  const reason = ofOneSplit(used.map(({ path }) => basename(path)).slice(0, 4))
  return { used: [], unused: [...used.map(({ path }) => ({ path, reason, listsPictures: true })), ...unused] }
}

/**
 * The same of tables of several folders: where one gives the classes and another, in its own folder, the splits of its
 * pictures, as CelebA's `Anno` and `Eval` do, the second divides the first.
 * @param elsewhere gives tables of other folders, which are only of use as that
 */
export async function divided(
  { used, unused }: FolderTables, elsewhere: () => Promise<readonly PictureTable[]> = () => Promise.resolve([])
): Promise<FolderTables> {
  const labelled = used.filter(({ labels }) => labels)
  const [only] = labelled
  if (only === undefined || labelled.length > 1 || !wantsDivider(only)) return { used, unused }
  const alone = [...used, ...await elsewhere()].filter(({ labels, isBare }) => !labels && !isBare)
  if (alone.length === 0) return { used, unused }
  const [divider] = await dividersOf(await picturesOf([only]), alone)
  if (!divider) return { used, unused }
  return { used: used.flatMap((table) => table === divider ? [] : [table === only ? { ...only, divider } : table]), unused }
}
