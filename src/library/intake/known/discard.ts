import * as fs from 'node:fs/promises'
import { GraftError } from '../../../contract/errors'
import { takeLock } from '../../downloads/lock'
import { exists } from '../../disk/files'
import { downloadFolder } from './list'
import { knownDatasets, type KnownEntry } from './manifest'

// Apart from get.ts: main discards downloads, and must not carry the decoders and parsers that an import needs.

/** Removes what a download left that did not come to its end. @throws `download-running` */
export async function discardDownload(cacheDir: string, known: string): Promise<void> {
  const entry = knownDatasets.find((candidate) => candidate.id === known)
  if (!entry) throw unknownDataset(known, knownDatasets)
  const folder = downloadFolder(cacheDir, entry.id)
  if (!await exists(folder)) return
  const release = await takeLock(`${folder}.lock`, entry.title)
  try {
    await fs.rm(folder, { recursive: true, force: true })
  } finally {
    await release()
  }
}

export function unknownDataset(id: string, entries: readonly KnownEntry[]): GraftError {
  const known = entries.map((entry) => entry.id).join(', ')
  return new GraftError('known-dataset-unknown', {
    en: `Graft does not know where to get "${id}".`, zh: `Graft 不知道从何处获取“${id}”。`
  }, { field: 'known', usage: true, remedy: { en: `Known are: ${known}.`, zh: `已知的有：${known}。` } })
}
