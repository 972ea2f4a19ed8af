import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Damaged } from '../../contract/app'
import { everySplit, imageBytesOf } from '../../contract/datasets'
import { GraftError, toErrorValue } from '../../contract/errors'
import { throwIfCancelled } from '../cancel'
import { splitFiles } from '../datasets/cache'
import { buildSums, readSums } from '../datasets/image-sums'
import { sealedModelFields, sha256OfFile } from '../disk/checksums'
import { exists, readJson } from '../disk/files'
import type { Library } from '../library'
import { clearLeftovers, type Leftover } from './leftovers'

/** What a look through a whole data folder found. */
export interface Repaired {
  /** Files that were read whole and are what they were when they were written. */
  whole: number
  /** Files that are there, but that a Graft without hashes wrote: nobody can tell whether they are whole. */
  unverified: string[]
  damaged: Damaged[]
  leftovers: Leftover[]
  /** Checksums of images that were missing or damaged and are there again. */
  rebuilt: string[]
}

const filesSchema = z.looseObject({ files: z.record(z.string(), z.string()).optional() })

/**
 * Reads everything in a data folder that has a hash, names what is damaged, and mends what can be mended: checksums are made
 * again, leftovers of killed writes removed. A record that cannot be read is set aside under
 * another name. Nothing else is deleted or changed.
 * @throws GraftError `cancelled`
 */
export async function repair(
  library: Library, { signal, onProgress }: { signal?: AbortSignal, onProgress?(looked: number): void } = {}
): Promise<Repaired> {
  const found: Repaired = { whole: 0, unverified: [], damaged: [], leftovers: await clearLeftovers(library.dataDir), rebuilt: [] }
  const verify = async (path: string, sha256: string | undefined): Promise<boolean> => {
    throwIfCancelled(signal)
    if (sha256 === undefined) {
      if (await exists(path)) found.unverified.push(path)
      return false
    }
    try {
      if (await sha256OfFile(path) !== sha256) throw changed(path)
      found.whole++
      onProgress?.(found.whole)
      return true
    } catch (error) {
      found.damaged.push({ path, error: toErrorValue(error) })
      return false
    }
  }
  await repairDatasets(library, found, verify)
  const { damaged: models } = await library.models.list()
  const { runs, damaged } = await library.runs.list()
  found.damaged.push(...models, ...damaged)
  const modelFolders = [
    ...(await fs.readdir(join(library.dataDir, 'models')).catch(() => [])).filter((id) => !id.startsWith('.')).map((id) => join(library.dataDir, 'models', id)),
    ...runs.map(({ id }) => library.runs.paths(id).model)
  ]
  for (const folder of modelFolders) {
    const record = await readJson(join(folder, 'graft.json'), filesSchema, sealedModelFields).catch(() => undefined)
    if (!record) continue
    for (const name of (await fs.readdir(folder)).filter((each) => each !== 'graft.json').sort()) await verify(join(folder, name), record.files?.[name])
    for (const name of Object.keys(record.files ?? {})) if (!await exists(join(folder, name))) await verify(join(folder, name), record.files![name])
  }
  for (const run of runs) {
    // Records of earlier versions name no files: their answers are there all the same.
    for (const name of new Set([...Object.keys(run.files ?? {}), ...['validation', 'test'].map((split) => `evaluation/${split}.predictions.i32`)])) {
      const path = join(library.runs.paths(run.id).folder, name)
      if (run.files?.[name] !== undefined || await exists(path)) await verify(path, run.files?.[name])
    }
  }
  return found
}

async function repairDatasets(
  library: Library, found: Repaired, verify: (path: string, sha256: string | undefined) => Promise<boolean>
): Promise<void> {
  const { datasets, damaged } = await library.datasets.list()
  found.damaged.push(...damaged)
  for (const { id, shape, splits } of datasets) {
    for (const split of everySplit) {
      const known = splits[split]
      if (!known) continue
      const { images, sums, labels, domains, names } = splitFiles(join(library.datasets.folder, id), split)
      if (await verify(images, known.sha256.images) && !await readSums(sums, known.count, known.sha256.images)) {
        await buildSums(images, sums, { count: known.count, imageBytes: imageBytesOf(shape), sha256: known.sha256.images })
        found.rebuilt.push(sums)
      }
      for (const [path, sha256] of [[labels, known.sha256.labels], [domains, known.sha256.domains], [names, known.sha256.names]] as const) {
        if (sha256 !== undefined) await verify(path, sha256)
      }
    }
  }
}

const changed = (path: string): GraftError => new GraftError('file-damaged', {
  en: `${path} is damaged: it is not what was written.`, zh: `${path} 已损坏：与写入时的内容不符。`
}, { remedy: { en: 'Put a whole copy in its place, or remove what it belongs to and bring it in or run it again.', zh: '请用完好的副本替换，或删除其所属项目后重新导入或重新运行。' } })
