import { basename, extname } from 'node:path'
import type { SplitName } from '../../../../contract/datasets'
import type { Text } from '../../../../contract/text'
import type { PictureFinder, Way } from './picture-finder'
import type { Table } from './table'
import { splitOfWord } from './table-columns'
import { forWhat, numberedSplits, rowSplits, type Place } from './table-splits'

/** A table of which it is known how its cells name pictures. */
interface Listing { path: string, table: Table, finder: PictureFinder, way: Way, split: SplitName | undefined }

/**
 * Whether a file's name says that it divides pictures: `list_eval_partition`. In CUB's `train_test_split` 1 marks those to train
 * on, so that names of this kind are none.
 */
export function saysDivision(path: string): boolean {
  const stem = basename(path, extname(path))
  return /partition|split/i.test(stem) && !/train|test/i.test(stem)
}

/** A table of pictures and one word each, without a header: the words are splits where its name and all of them say so. */
export function asDivision(path: string, table: Table): Table {
  const { header, rows, columns } = table
  const isPair = header.length === 0 && columns.path === 0 && columns.label === 1 && rows.every((row) => row.length <= 2)
  if (!isPair || !saysDivision(path)) return table
  const words = rows.map((row) => row[1] ?? '')
  if (!words.every((word) => splitOfWord(word) !== undefined) && !(words.every((word) => word !== '') && numberedSplits(words))) return table
  return { ...table, columns: { path: 0, split: 1 } }
}

/** The pictures that some tables name. */
export async function picturesOf(tables: readonly Listing[]): Promise<Set<string>> {
  const pictures = new Set<string>()
  for (const { table, finder, way } of tables) {
    for (const row of table.rows) {
      const { path } = await finder.find(row[table.columns.path] ?? '', way)
      if (path !== undefined) pictures.add(path)
    }
  }
  return pictures
}

/**
 * Those of some tables of splits alone that speak of the given pictures, the one that names most of them first. One that
 * names others is no division of these: it stands for pictures of its own.
 */
export async function dividersOf<One extends Listing>(pictures: ReadonlySet<string>, tables: readonly One[]): Promise<One[]> {
  const found: { table: One, shared: number }[] = []
  for (const table of tables) {
    const { places } = await placesOf(table)
    const shared = [...places.keys()].filter((path) => pictures.has(path)).length
    if (shared * 2 >= Math.min(pictures.size, places.size) || (shared > 0 && trains(places))) found.push({ table, shared })
  }
  return found.sort((one, other) => other.shared - one.shared).map(({ table }) => table)
}

async function placesOf({ path: file, table, finder, way, split }: Listing): Promise<{ places: Map<string, Place>, told: Text[] }> {
  const name = basename(file)
  const splits = rowSplits(table, split)
  const places = new Map<string, Place>()
  for (const cells of table.rows) {
    const { path } = await finder.find(cells[table.columns.path] ?? '', way)
    if (path === undefined) continue
    const [before, now] = [places.get(path), splits.of(cells)]
    if (!before) places.set(path, now.problem ? { ...now, problem: saidIn(name, now.problem) } : now)
    else if (!before.problem && !now.problem && before.split !== now.split) places.set(path, { ...before, problem: twoSplits(name, before.split, now.split) })
  }
  return { places, told: splits.told(name) }
}

const trains = (places: ReadonlyMap<string, Place>): boolean => [...places.values()].some(({ split, problem }) => !problem && split === 'train')

/**
 * The splits of pictures by a table beside that of their classes, and what is told of it once all are placed. Where that
 * table says of none that it is for training, those are that it does not list; otherwise these are left out.
 * @param named to which the pictures are added that it names
 * @param rest for what those are that it does not list
 */
export async function dividedBy(divider: Listing, named: Set<string>, rest: SplitName): Promise<{ of(path: string): Place, told(): Text[] }> {
  const name = basename(divider.path)
  const { places, told } = await placesOf(divider)
  for (const path of places.keys()) named.add(path)
  const isWhole = trains(places)
  let unlisted = 0
  return {
    of(path) {
      const place = places.get(path)
      if (place) return { ...place, isSaid: true }
      if (isWhole) return { split: 'train', isSaid: true, problem: without(name) }
      unlisted++
      return { split: rest, isSaid: true }
    },
    told: () => [besideIt(name, unlisted, rest), ...told]
  }
}

const besideIt = (name: string, unlisted: number, rest: SplitName): Text => unlisted === 0
  ? { en: `The splits are those of ${name} beside it.`, zh: `划分取自旁边的 ${name}。` }
  : {
      en: `The splits are those of ${name} beside it; ${unlisted} ${unlisted === 1 ? 'picture that it does not list is' : 'pictures that it does not list are'} for ${forWhat[rest].en}.`,
      zh: `划分取自旁边的 ${name}；其中未列出的 ${unlisted} 张图像用于${forWhat[rest].zh}。`
    }
const without = (name: string): Text => ({ en: `${name} says no split of it.`, zh: `${name} 未注明其划分。` })
const saidIn = (name: string, { en, zh }: Text): Text => ({ en: `${name}: ${en}`, zh: `${name}：${zh}` })
const twoSplits = (name: string, first: SplitName, second: SplitName): Text => ({
  en: `${name} lists it for ${forWhat[first].en} and for ${forWhat[second].en}.`, zh: `${name} 将其同时列为用于${forWhat[first].zh}和用于${forWhat[second].zh}。`
})
