import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Graft } from './graft'
import { waitFor } from './api'
import { findRuntimes } from './places'

/**
 * Process ids of the workers that main has started, in order, from its log; without the one that brings the model of a
 * first start, and the one that looks what computes here.
 */
export function workersOf(graft: Graft): number[] {
  return [...graft.log().matchAll(/worker (\d+) begins(?!.*"(?:embedded":true|kind":"doctor"))/g)].map(([, pid]) => Number(pid))
}

/** The worker that was started last, once there are `count` of them. */
export function nextWorker(graft: Graft, count: number): Promise<number> {
  return waitFor(`worker ${count}`, 20_000, () => workersOf(graft)[count - 1])
}

/** Whether a process is there and alive; a dead one that nobody has reaped is not. */
export function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

/** Waits until a process is gone, and tells when that was. */
export async function whenGone(pid: number, milliseconds: number): Promise<number> {
  await waitFor(`the end of process ${pid}`, milliseconds, () => !lives(pid))
  return Date.now()
}

/**
 * Lets a running Node process evaluate an expression, through the inspector that SIGUSR1 opens in every Node: the
 * program under test needs no hook for it.
 */
export async function evaluateIn(pid: number, expression: string): Promise<void> {
  process.kill(pid, 'SIGUSR1')
  const { node } = findRuntimes()
  await promisify(execFile)(node, [join(__dirname, 'evaluate.mjs'), String(pid), expression], { timeout: 20_000 })
}
