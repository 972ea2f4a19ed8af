import { spawn } from 'node:child_process'
import { z } from 'zod'
import { cancelledError, GraftError } from '../contract/errors'
import { measuredSchema, type Measured, type Part } from './parts'

interface ChildOptions {
  /** The bundle of the command line. */
  program: string
  dataDir: string
  env: Readonly<Record<string, string | undefined>>
  signal: AbortSignal
}

const failureSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) })

/** Makes one measurement in a process of its own. @throws GraftError with what that process said */
export async function measureInChild(part: Part, { program, dataDir, env, signal }: ChildOptions): Promise<Measured> {
  const child = spawn(process.execPath, [program, 'bench-part', JSON.stringify(part), '--json', '--data-dir', dataDir], {
    env: { ...env }, stdio: ['ignore', 'pipe', 'pipe']
  })
  const stop = (): void => { child.kill('SIGTERM') }
  signal.addEventListener('abort', stop)
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => { said.stdout += data.toString() })
  child.stderr.on('data', (data: Buffer) => { said.stderr += data.toString() })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  signal.removeEventListener('abort', stop)
  if (signal.aborted) throw cancelledError()
  const answer = parse(said.stdout)
  const measured = measuredSchema.safeParse(answer)
  if (code === 0 && measured.success) return measured.data
  const failure = failureSchema.safeParse(answer)
  const reason = failure.success ? failure.data.error.message : `exit code ${code}`
  throw new GraftError('measurement-failed', {
    en: `The measurement "${part.part}" failed: ${reason}`, zh: `测量“${part.part}”失败：${reason}`
  }, { details: said.stderr })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
