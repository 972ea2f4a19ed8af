import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Ray is on this machine: `GRAFT_RAY`, a virtual environment in Graft's cache, or the path. Nothing is downloaded for a test. */
export function findRay(): string | undefined {
  const cache = process.env.GRAFT_CACHE_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'graft')
  const named = [process.env.GRAFT_RAY ?? '', join(cache, 'ray', 'bin', 'ray'), ...(process.env.PATH ?? '').split(':').map((folder) => join(folder, 'ray'))]
  return process.platform === 'linux' ? named.find((path) => path !== '' && existsSync(path)) : undefined
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

export interface Head { address: string, stop(): Promise<void> }

/** A head with two cores on the loopback address, in a folder of its own. */
export async function startHead(ray: string): Promise<Head> {
  // Paths of sockets may be no longer than 107 characters.
  const folder = mkdtempSync(join(tmpdir(), 'gr-'))
  const [port, dashboard] = [await freePort(), await freePort()]
  const child = spawn(ray, [
    'start', '--head', '--block', '--node-ip-address', '127.0.0.1', '--port', String(port), '--num-cpus', '2', '--object-store-memory', '100000000',
    '--include-dashboard', 'true', '--dashboard-host', '127.0.0.1', '--dashboard-port', String(dashboard), '--temp-dir', folder, '--disable-usage-stats'
  ], { stdio: 'ignore', env: { ...process.env, RAY_DISABLE_IMPORT_WARNING: '1' } })
  const address = `http://127.0.0.1:${dashboard}`
  for (let tries = 0; ; tries++) {
    const nodes = await fetch(`${address}/nodes?view=summary`).then((answer) => answer.text(), () => '')
    if (nodes.includes('"ALIVE"')) break
    if (tries === 120 || child.exitCode !== null) {
      await stopOwn(child, folder)
      throw new Error('The head did not start within a minute.')
    }
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  return { address, stop: () => stopOwn(child, folder) }
}

/** Ends the head, and what it has started: processes that name its folder, by their ids. */
async function stopOwn(child: ChildProcess, folder: string): Promise<void> {
  const own = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && readText(`/proc/${name}/cmdline`).includes(folder)).map(Number)
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    for (const pid of [child.pid!, ...own]) {
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended already.
      }
    }
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
