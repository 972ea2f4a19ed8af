import { basename, dirname } from 'node:path'
import type { Dropped } from '../../contract/drops'
import { formats } from '../../library/intake'
import { possibleModelAt } from './import'
import { modelFormats } from '../interchange'

/**
 * Whether what was dropped is a model or data: by names and first bytes, nothing of it is read whole. A file that only its
 * ending calls a model counts as one where no data format knows it, so that looking at it can say what is wrong with it.
 *
 * @throws GraftError `not-found`, `not-permitted` … naming the path
 */
export async function tellApart(paths: readonly string[]): Promise<Dropped> {
  const [first] = paths
  if (paths.length > 1) {
    const path = layersModelAmong(paths) ?? (await everyOneIsModel(paths) ? first! : undefined)
    return path === undefined ? { kind: 'dataset' } : { kind: 'model', path }
  }
  return await isModel(first!) || await isModelByItsEndingOnly(first!) ? { kind: 'model', path: first! } : { kind: 'dataset' }
}

async function isModel(path: string): Promise<boolean> {
  const possible = await possibleModelAt(path)
  return modelFormats.some(({ read, detect }) => read !== undefined && detect(possible))
}

async function everyOneIsModel(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!await isModel(path)) return false
  return true
}

async function isModelByItsEndingOnly(path: string): Promise<boolean> {
  if ((await possibleModelAt(path)).folder) return false
  // Of an archive its names tell.
  if (!modelFormats.some(({ id, extensions }) => id !== 'archive' && extensions.some((ending) => path.toLowerCase().endsWith(ending)))) return false
  // A file of CIFAR's records says nothing alone; its folder does. Pictures that happen to lie beside it say nothing of it.
  const pictures = formats.at(-1)
  for (const format of formats) {
    if (await format.detect(path) || (format !== pictures && await format.detect(dirname(path)))) return false
  }
  return true
}

/** The `model.json` of a LayersModel that was dropped as its files: beside it lie only files of weights, `.bin` or without an ending. */
function layersModelAmong(paths: readonly string[]): string | undefined {
  const tables = paths.filter((path) => path.toLowerCase().endsWith('.json'))
  const weights = paths.filter((path) => /(^[^.]+|\.bin)$/i.test(basename(path)))
  const [table] = tables
  return tables.length === 1 && weights.length === paths.length - 1 && paths.every((path) => dirname(path) === dirname(table!)) ? table : undefined
}
