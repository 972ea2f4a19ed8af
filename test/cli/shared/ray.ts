import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Ray is on this machine: `GRAFT_RAY`, the cache folder's `ray`, where `npm test` puts it, or the path. */
export function findRay(): string | undefined {
  const cache = process.env.GRAFT_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'graft')
  const named = [process.env.GRAFT_RAY ?? '', join(cache, 'ray', 'bin', 'ray'), ...(process.env.PATH ?? '').split(':').map((folder) => join(folder, 'ray'))]
  return process.platform === 'linux' ? named.find((path) => path !== '' && existsSync(path)) : undefined
}

/** A port that is free now. Kernels give out another each time, so two callers hardly get the same. */
async function freePort(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return String(typeof address === 'object' && address ? address.port : 0)
}

export interface Head { address: string, stop(): Promise<void> }

/** How long a head is waited for; each try of Ray's own gives up after half a minute. */
const startMilliseconds = 120_000
/** Beside other work the parts of a head take longer to start than Ray waits for by itself. */
const patience = { RAY_DASHBOARD_STARTUP_TIMEOUT_S: '150', RAY_DASHBOARD_SUBPROCESS_MODULE_WAIT_READY_TIMEOUT: '150' }

/** A head with two cores on the loopback address, in a folder of its own. @throws Error with what Ray said where it does not start */
export async function startHead(ray: string): Promise<Head> {
  // Paths of sockets may be no longer than 107 characters.
  const folder = mkdtempSync(join(tmpdir(), 'gr-'))
  const [port, dashboard, agent] = [await freePort(), await freePort(), await freePort()]
  const address = `http://127.0.0.1:${dashboard}`
  const children: ChildProcess[] = []
  const begin = (): ChildProcess => {
    const log = openSync(join(folder, 'start.log'), 'a')
    const child = spawn(ray, [
      'start', '--head', '--block', '--node-ip-address', '127.0.0.1', '--port', port, '--num-cpus', '2', '--object-store-memory', '100000000',
      '--include-dashboard', 'true', '--dashboard-host', '127.0.0.1', '--dashboard-port', dashboard, '--temp-dir', folder, '--disable-usage-stats',
      // Ray's own port for it is one for the whole machine: beside a head that somebody else has there, jobs are not taken.
      '--dashboard-agent-listen-port', agent
    ], { stdio: ['ignore', log, log], env: { ...process.env, ...patience, RAY_DISABLE_IMPORT_WARNING: '1' } })
    closeSync(log)
    children.push(child)
    return child
  }
  const isThere = async (): Promise<boolean> => {
    const nodes = await fetch(`${address}/nodes?view=summary`, { signal: AbortSignal.timeout(10_000) }).then((answer) => answer.text(), () => '')
    return nodes.includes('"ALIVE"')
  }
  const stop = (): Promise<void> => stopOwn(children, folder)
  const from = performance.now()
  for (let child = begin(); !await isThere();) {
    if (performance.now() - from > startMilliseconds) {
      const said = readText(join(folder, 'start.log')).split('\n').slice(-12).join('\n')
      await stop()
      throw new Error(`Ray did not start within ${startMilliseconds / 1000} seconds. It said:\n${said}`)
    }
    // Ray gave up.
    if (child.exitCode !== null || child.signalCode !== null) {
      endAll(ownOf(folder), 'SIGKILL')
      child = begin()
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return { address, stop }
}

/** Processes that name the head's folder. */
const ownOf = (folder: string): number[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && readText(`/proc/${name}/cmdline`).includes(folder)).map(Number)

function endAll(pids: Iterable<number>, signal: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended already.
    }
  }
}

/** Ends what was started, and what that has started, by their ids. */
async function stopOwn(children: readonly ChildProcess[], folder: string): Promise<void> {
  const own = [...ownOf(folder), ...children.map(({ pid }) => pid!)]
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    endAll(own, signal)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
  }
  execFileSync('rm', ['-rf', folder])
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
