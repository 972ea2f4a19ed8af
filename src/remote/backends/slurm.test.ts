import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toErrorValue } from '../../contract/errors'
import { openBackend } from '.'
import { SlurmBackend } from './slurm'

// Slurm's programs, as they were seen to answer (22.05), as scripts before the path.
let folder = ''
let backend: SlurmBackend
const path = process.env.PATH
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-slurm-'))
  await fs.mkdir(join(folder, 'bin'))
  process.env.PATH = `${join(folder, 'bin')}:/usr/bin:/bin`
  backend = new SlurmBackend('', join(folder, 'jobs'))
  await answer('sbatch', 'echo "$@" >> "$SEEN"; [ "$1" = --version ] && echo "slurm-wlm 22.05.8" || echo 7')
  await answer('squeue', '')
  await answer('scontrol', '')
  await answer('scancel', 'echo "$@" >> "$SEEN"')
})
afterEach(async () => {
  process.env.PATH = path
  await fs.rm(folder, { recursive: true, force: true })
})

const answer = (program: string, script: string): Promise<void> =>
  fs.writeFile(join(folder, 'bin', program), `#!/bin/sh\nSEEN=${join(folder, 'seen')}\n${script}\n`, { mode: 0o755 })
const seen = (): Promise<string> => fs.readFile(join(folder, 'seen'), 'utf8').catch(() => '')
const codeOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'none', (error: unknown) => toErrorValue(error).code)
const job = { id: 'graft-x-1', command: 'exec graft run', cores: 2, gpus: 0.5, memoryBytes: 3 * 2 ** 30 }

describe('Slurm', () => {
  it('is used by an address of its own, and says what it is and which machines it has', async () => {
    expect([openBackend('slurm:').address, openBackend('slurm:gpu').address]).toEqual(['slurm:', 'slurm:gpu'])
    await answer('sinfo', 'printf "a|8|16000|gpu:a100:2(S:0)|idle\\na|8|16000|gpu:a100:2|idle\\nb|4|8000|(null)|mixed\\nc|4|8000|(null)|down*\\n"')
    expect(await backend.about()).toBe('Slurm 22.05.8')
    expect(await backend.nodes()).toEqual([
      { id: 'a', host: 'a', address: 'a', head: false, cores: 8, gpus: 2, memoryBytes: 16000 * 2 ** 20 },
      { id: 'b', host: 'b', address: 'b', head: false, cores: 4, gpus: 0, memoryBytes: 8000 * 2 ** 20 }
    ])
  })

  it('takes a job with its cores, cards and memory, under a name, and only once', async () => {
    await backend.submit(job)
    const words = await seen()
    for (const word of ['--job-name=graft-x-1', '--cpus-per-task=2', '--gres=gpu:1', '--mem=3072M', '(exec graft run) &']) expect(words).toContain(word)
    await answer('squeue', 'echo "PENDING|"')
    await backend.submit(job)
    expect((await seen()).split('--job-name').length - 1).toBe(1)
    await backend.stop(job.id)
    expect(await seen()).toContain('--name=graft-x-1')
  })

  it.each([
    ['PENDING|', 'waiting'], ['RUNNING|a', 'running'], ['COMPLETING|a', 'running'], ['NODE_FAIL|a', 'failed'], ['CANCELLED|', 'stopped'], ['TIMEOUT|a', 'failed'], ['COMPLETED|a', 'succeeded']
  ])('tells of a job in state %s that it is %s', async (line, state) => {
    await answer('squeue', `echo "${line}"`)
    expect((await backend.standing(job.id)).state).toBe(state)
  })

  it('tells of one that has ended by what it wrote down, or by what Slurm still knows, and of one that nobody knows', async () => {
    expect(await backend.standing(job.id)).toEqual({ state: 'unknown' })
    await answer('scontrol', 'echo "JobId=7 JobName=graft-x-1 UserId=a(1) JobState=NODE_FAIL Reason=x"')
    expect(await backend.standing(job.id)).toEqual({ state: 'failed', message: 'Slurm says NODE_FAIL.' })
    await fs.mkdir(join(folder, 'jobs'))
    await fs.writeFile(join(folder, 'jobs', 'graft-x-1.log'), 'said')
    for (const [code, state] of [['0', 'succeeded'], ['127', 'failed']] as const) {
      await fs.writeFile(join(folder, 'jobs', 'graft-x-1.exit'), `${code}\n`)
      expect(await backend.standing(job.id)).toEqual({ state, exitCode: Number(code) })
    }
    expect([await backend.logs(job.id), await backend.logs('other')]).toEqual(['said', ''])
  })

  it('says what is wrong where a job is not taken, the controller is gone, or Slurm is not here', async () => {
    await answer('sbatch', 'echo "sbatch: error: Requested node configuration is not available" >&2; exit 1')
    expect(await codeOf(backend.submit(job))).toBe('job-rejected')
    await answer('sbatch', 'echo "sbatch: error: Unable to contact slurm controller (connect failure)" >&2; exit 1')
    expect(await codeOf(backend.submit(job))).toBe('cluster-failing')
    await answer('squeue', 'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1')
    expect(await codeOf(backend.standing(job.id))).toBe('cluster-failing')
    await fs.rm(join(folder, 'bin', 'sbatch'))
    process.env.PATH = join(folder, 'bin')
    expect(await codeOf(backend.about())).toBe('cluster-not-here')
  })
})
