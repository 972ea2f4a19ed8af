import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export interface BackOff {
  /** The first wait, and the longest, in milliseconds; each is up to twice the one before. */
  firstMilliseconds: number
  longestMilliseconds: number
  /** Tries in a row that bring nothing new before it gives up, and where nobody can be reached at all. */
  tries: number
  triesUnreachable: number
  /** In [0, 1): spreads the tries of many people who were cut off at the same moment. */
  jitter(): number
}

// Not from a seed: nothing that is trained or compared depends on when a server is asked again.
export const usualBackOff: BackOff = {
  firstMilliseconds: 1_000, longestMilliseconds: 60_000, tries: 7, triesUnreachable: 4,
  jitter: () => randomBytes(4).readUInt32LE() / 2 ** 32
}

/**
 * How long to wait before a try, in milliseconds: exponential, the upper half of it at random ("equal jitter"), never
 * shorter than what the server asked for (of which at most two minutes are believed).
 * @param failures how many tries in a row have failed, from 1
 */
export function waitBefore(failures: number, { firstMilliseconds, longestMilliseconds, jitter }: BackOff, askedMilliseconds = 0): number {
  const whole = Math.min(longestMilliseconds, firstMilliseconds * 2 ** (failures - 1))
  const own = whole / 2 + jitter() * whole / 2
  return Math.max(own, Math.min(askedMilliseconds, 120_000))
}

/** Resolves after so long, or at once when the signal is aborted. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { ...(signal && { signal }) }).catch(() => undefined)
}

/** `Retry-After` in milliseconds: seconds or a date; 0 where there is none or it cannot be read. */
export function retryAfter(header: string | undefined, now = Date.now()): number {
  if (header === undefined) return 0
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - now)
}
