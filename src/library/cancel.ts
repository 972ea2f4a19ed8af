import { GraftError } from '../contract/errors'

/** Throws `cancelled` once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new GraftError('cancelled', { en: 'The import was cancelled; nothing was kept.', zh: '导入已取消，未保留任何内容。' })
  }
}
