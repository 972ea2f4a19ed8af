import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** What the faulty disk did to a program that ran on it. */
export interface FaultyDisk {
  /** For the environment of a program. */
  environment(options: { under: string, fail?: Failure, journal?: string, connections?: string }): Record<string, string>
  /** How many calls of each kind the programs made since this was last asked. */
  counts(): Record<FailingCall, number>
  /** How many calls were made to fail since this was last asked. */
  failures(): number
  remove(): void
}

export type FailingCall = 'write' | 'read' | 'sync' | 'rename'
const calls: readonly FailingCall[] = ['write', 'read', 'sync', 'rename']

/** What fails: from which call on (the first is 1), and how often; 0 for ever. */
export interface Failure { error: 'ENOSPC' | 'EIO', call: FailingCall, from: number, times: number }
const numbers = { ENOSPC: 28, EIO: 5 }

/** Compiles the faulty disk; undefined where this system has no such thing, or no compiler. */
export function compileFaultyDisk(): FaultyDisk | undefined {
  if (process.platform !== 'linux') return undefined
  const folder = mkdtempSync(join(tmpdir(), 'graft-faulty-disk-'))
  const [library, counted, failed] = ['faulty-disk.so', 'counted', 'failed'].map((name) => join(folder, name)) as [string, string, string]
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, resolve(__dirname, '../../fixtures/faulty-disk.c'), '-ldl', '-pthread'], { stdio: 'pipe' })
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
  const taken = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    } finally {
      rmSync(path, { force: true })
    }
  }
  return {
    environment: ({ under, fail, journal, connections }) => ({
      LD_PRELOAD: library, FAULTY_DISK_UNDER: under, FAULTY_DISK_COUNT: counted, FAULTY_DISK_FAILED: failed,
      ...(fail && { FAULTY_DISK_FAIL: `${numbers[fail.error]}:${fail.call}:${fail.from}:${fail.times}` }),
      ...(journal !== undefined && { FAULTY_DISK_JOURNAL: journal }), ...(connections !== undefined && { FAULTY_DISK_CONNECT: connections })
    }),
    counts: () => {
      const lines = taken(counted).trim().split('\n').map((line) => line.split(' ').map(Number))
      return Object.fromEntries(calls.map((call, index) => [call, lines.reduce((sum, line) => sum + (line[index] ?? 0), 0)])) as Record<FailingCall, number>
    },
    failures: () => taken(failed).length,
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}
