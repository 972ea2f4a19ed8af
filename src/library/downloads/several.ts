import type { DownloadProgress } from '../../contract/downloads'
import type { BackOff } from './back-off'
import { downloadFile, type KnownFile } from './download'
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

/** Brings files into a folder, one after the other, and gives their paths. @throws what `downloadFile` throws */
export async function downloadAll(
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
