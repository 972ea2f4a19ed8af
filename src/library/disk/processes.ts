import { readFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import type { Run } from '../../contract/runs'

export type Owner = NonNullable<Run['owner']>

/** This process as the owner of a run. */
export function thisProcess(): Owner {
  const token = tokenOf(process.pid)
  return { pid: process.pid, host: hostname(), startedAt: new Date().toISOString(), ...(token !== undefined && { token }) }
}

/**
 * Whether the owner's process is gone from this machine; undefined where it ran on another one.
 * A pid that was given to another process since, and a dead process that nobody has reaped, count as gone.
 */
export function isGone(owner: Owner): boolean | undefined {
  if (owner.host !== hostname()) return undefined
  if (!pidExists(owner.pid)) return true
  const token = tokenOf(owner.pid)
  if (token !== undefined && owner.token !== undefined) return token !== owner.token
  const bootedAt = Date.now() - uptime() * 1000
  const clockSlackMilliseconds = 60_000
  return Date.parse(owner.startedAt) < bootedAt - clockSlackMilliseconds
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process: it exists.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Boot and start time of a process, which no other process shares; `zombie` once it is dead. Linux only. */
function tokenOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field, the program's name in brackets, may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? 'zombie' : `${boot}:${fields[19]}`
  } catch {
    return undefined
  }
}
