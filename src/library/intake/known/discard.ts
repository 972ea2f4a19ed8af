import { GraftError } from '../../../contract/errors'
import { discardFolder } from '../../downloads/discard'
import { downloadFolder } from './list'
import { knownDatasets, type KnownEntry } from './manifest'

// Apart from get.ts: main discards downloads, and must not carry the decoders and parsers that an import needs.

/** Removes what a download left that did not come to its end. @throws `download-running` */
export async function discardDownload(cacheDir: string, known: string): Promise<void> {
  const entry = knownDatasets.find((candidate) => candidate.id === known)
  if (!entry) throw unknownDataset(known, knownDatasets)
  await discardFolder(downloadFolder(cacheDir, entry.id), entry.title)
}

export function unknownDataset(id: string, entries: readonly KnownEntry[]): GraftError {
  const known = entries.map((entry) => entry.id).join(', ')
  return new GraftError('known-dataset-unknown', {
    en: `Graft does not know where to get "${id}".`, zh: `Graft 不知道从何处获取“${id}”。`
  }, { field: 'known', usage: true, remedy: { en: `Known are: ${known}.`, zh: `已知的有：${known}。` } })
}
