import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { version } from '../../package.json'
import type { Dataset, SplitName } from '../contract/datasets'
import { parcelSchema, type Parcel } from '../contract/parcels'
import type { Run, Spec } from '../contract/runs'
import { isTrained, idIn, readRef } from '../rules/refs'
import type { Library } from '../library'
import { sendFiles, sharedObjects, type FileToSend } from './objects'
import type { Store } from './stores/store'

/** Where all that concerns one run lies in the store. */
export const keysOf = (run: string, attempt = 0) => ({
  all: `runs/${run}`,
  parcel: `runs/${run}/parcel.json`,
  /** The newest attempt: an older one that sees it ends itself. */
  newest: `runs/${run}/newest.json`,
  /** Files of checkpoints and results, by their hash. */
  objects: `runs/${run}/objects`,
  checkpoint: `runs/${run}/checkpoint.json`,
  result: `runs/${run}/result.json`,
  /** There where it is to stop: `now`, or after the epoch it is in. */
  stop: `runs/${run}/stop`,
  /** Pieces of the series, `000000.jsonl` and on. */
  series: `runs/${run}/${attempt}/series`,
  now: `runs/${run}/${attempt}/now.json`,
  /** Which job works on the attempt. */
  taken: `runs/${run}/${attempt}/taken.json`,
  /** There once a cancelled attempt has sent its last checkpoint. */
  cancelled: `runs/${run}/${attempt}/cancelled`,
  failure: `runs/${run}/${attempt}/failure.json`
})

/** What locks, writes and crashes leave is nobody else's business. */
const leftover = /\.(tmp|lock)$|\.damaged-|^owner\.|^\./

const splitParts = { 'images.u8': 'images', 'labels.i32': 'labels', 'domains.i32': 'domains', 'names.json': 'names' } as const

/**
 * Sends what a run reads, as far as the store has not got it, and then what a node must know of the run.
 * @throws GraftError `dataset-not-found`, `model-not-found`, `file-damaged`, `store-unreachable`
 */
export async function sendParcel(library: Library, store: Store, run: Run): Promise<Parcel> {
  const files: FileToSend[] = []
  const { source, target } = run.spec
  for (const id of new Set([target.dataset, ...(source.dataset === undefined ? [] : [source.dataset])])) {
    files.push(...await filesOfDataset(library, await library.datasets.get(id)))
  }
  for (const ref of modelsOf(run.spec)) {
    // Says what is missing while a person can still be told.
    await library.models.get(ref)
    const folder = library.models.folder(ref)
    const id = idIn('run', ref)
    if (id === undefined) {
      files.push(...await filesBelow(folder, `models/${idIn('model', ref)!}`))
    } else {
      const paths = library.runs.paths(id)
      files.push(...await filesBelow(folder, `runs/${id}/model`))
      for (const [path, name] of [[paths.record, 'run.json'], [paths.spec, 'spec.json']] as const) files.push({ path, as: `runs/${id}/${name}` })
    }
  }
  const { owner: _owner, away: _away, error: _error, finishedAt: _finishedAt, checkpoint: _checkpoint, marks: _marks, leftThere: _leftThere, ...record } = run
  const parcel = parcelSchema.parse({
    schemaVersion: 1, graft: version, record: { ...record, state: 'queued' }, inputs: await sendFiles(store, sharedObjects, files)
  })
  await store.write(keysOf(run.id).parcel, JSON.stringify(parcel))
  return parcel
}

/** Saved models that a spec names: its source, and those among its method's parameters. */
function modelsOf({ source, method }: Spec) {
  const named = Object.values(method.params).flatMap((value) => Array.isArray(value) ? value as unknown[] : [value])
  return [...new Set([source.model, ...named.flatMap((value) => readRef(value) ?? [])])].filter(isTrained)
}

async function filesOfDataset({ datasets }: Library, { id, splits }: Dataset): Promise<FileToSend[]> {
  const files = await filesBelow(join(datasets.folder, id), `datasets/${id}`)
  return files.map((file) => {
    const [, , split, name] = file.as.split('/')
    const part = splitParts[name as keyof typeof splitParts]
    const sha256 = part && splits[split as SplitName]?.sha256[part]
    return sha256 === undefined ? file : { ...file, sha256 }
  })
}

async function filesBelow(folder: string, as: string): Promise<FileToSend[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile() && !leftover.test(entry.name)).map((entry) => {
    const path = join(entry.parentPath, entry.name)
    return { path, as: `${as}/${path.slice(folder.length + 1).split(/[\\/]/).join('/')}` }
  }).sort((a, b) => a.as < b.as ? -1 : 1)
}
