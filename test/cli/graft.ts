import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export const program = resolve(__dirname, '../../out/engine/cli.js')
export const built = existsSync(program)

export interface Ended { code: number | null, stdout: string, stderr: string, seconds: number }

export interface Options {
  env?: Record<string, string>
  /** Called with everything that stderr has said so far, whenever it says more. */
  onStderr?(said: string, kill: (signal: NodeJS.Signals) => void): void
}

/** Runs the built command in a process of its own. */
export function graft(argv: readonly string[], { env = {}, onStderr }: Options = {}): Promise<Ended> {
  const began = performance.now()
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [program, ...argv], { env: { ...process.env, LC_ALL: 'C', ...env } })
    const said = { stdout: '', stderr: '' }
    child.stdout.on('data', (data: Buffer) => { said.stdout += data.toString() })
    child.stderr.on('data', (data: Buffer) => {
      said.stderr += data.toString()
      onStderr?.(said.stderr, (signal) => { child.kill(signal) })
    })
    child.on('error', failed)
    child.on('close', (code) => done({ code, ...said, seconds: (performance.now() - began) / 1000 }))
  })
}
