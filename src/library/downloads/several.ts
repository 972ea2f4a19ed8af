import * as fs from 'node:fs/promises'
import type { DownloadProgress } from '../../contract/downloads'
import { GraftError } from '../../contract/errors'
import { ensureWritable, freeBytes, makeFolder } from '../disk/files'
import type { BackOff } from './back-off'
import { arrivedBytes, bytesOf, downloadFile, type KnownFile } from './download'
import { takeLock } from './lock'
import { DownloadMeter } from './meter'
import { openTransport, type TransportOptions } from './transport'

export interface SeveralHooks {
  signal?: AbortSignal
  onDownload?(progress: DownloadProgress): void
  /** For tests: another network, shorter waits. */
  transport?: TransportOptions
  backOff?: BackOff
}

/** A server may not send more than this beyond a size that is only about known. */
const slack = 4

/** Files that are downloaded to be imported. */
interface Download {
  title: string
  files: readonly KnownFile[]
  /** Of these files alone; below the cache. */
  folder: string
  /** Where what is made of them is kept, and how many bytes that takes. */
  dataDir: string
  keptBytes: number
}

const reserveBytes = 64 << 20

/**
 * Downloads files, has them imported, and removes them. What a download that did not come to its end has brought stays, and
 * the next one goes on from it.
 * @param use makes something of the files, by their paths
 * @throws `disk-full` before anything is downloaded, `download-running`, and what downloading and `use` throw
 */
export async function withDownload<Made>(download: Download, hooks: SeveralHooks, use: (paths: readonly string[]) => Promise<Made>): Promise<Made> {
  const { title, files, folder, dataDir } = download
  await ensureWritable(dataDir)
  await makeFolder(folder)
  const release = await takeLock(`${folder}.lock`, title)
  try {
    await checkSpace(download)
    const made = await use(await downloadAll(files, folder, hooks))
    await fs.rm(folder, { recursive: true, force: true })
    return made
  } finally {
    await release()
  }
}

/** Brings files into a folder, one after the other, and gives their paths. @throws what `downloadFile` throws */
async function downloadAll(
  known: readonly KnownFile[], folder: string, { signal, onDownload, transport: network, backOff }: SeveralHooks
): Promise<string[]> {
  const transport = await openTransport(network)
  const meter = new DownloadMeter(known, onDownload)
  try {
    const paths: string[] = []
    for (const [index, { aboutBytes, ...file }] of known.entries()) {
      meter.begin(index)
      paths.push(await downloadFile({ ...file, atMostBytes: file.bytes ?? (aboutBytes ?? 0) * slack }, folder, {
        transport,
        ...(signal && { signal }),
        ...(backOff && { backOff }),
        onBytes: (bytes, total) => meter.bytes(bytes, total),
        onWaiting: (waiting) => meter.waiting(waiting)
      }))
    }
    meter.end()
    return paths
  } finally {
    await transport.close()
  }
}

/** Both folders may lie on one disk: then both need their room there. */
async function checkSpace({ title, files, folder, dataDir, keptBytes }: Download): Promise<void> {
  let toLoad = 0
  for (const file of files) toLoad += Math.max(0, bytesOf(file) - await arrivedBytes(file, folder))
  const together = await isOneDisk(folder, dataDir)
  for (const [place, bytes] of [[folder, toLoad + (together ? keptBytes : 0)], [dataDir, keptBytes + (together ? toLoad : 0)]] as const) {
    const free = await freeBytes(place)
    if (free < bytes + reserveBytes) throw noRoom(title, place, bytes + reserveBytes, free)
  }
}

async function isOneDisk(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([fs.stat(one), fs.stat(other)])
  return first.dev === second.dev
}

function noRoom(title: string, place: string, needed: number, free: number): GraftError {
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
  return new GraftError('disk-full', {
    en: `${title} needs ${megabytes(needed)} on the disk of ${place}, where ${megabytes(free)} are free.`,
    zh: `${title} 需要在 ${place} 所在磁盘上占用 ${megabytes(needed)}，而可用空间只有 ${megabytes(free)}。`
  }, {
    remedy: {
      en: 'Free some space, or choose other folders with GRAFT_DATA_DIR and GRAFT_CACHE_DIR.',
      zh: '请释放空间，或用 GRAFT_DATA_DIR 和 GRAFT_CACHE_DIR 选择其他文件夹。'
    }
  })
}
