import { execFile } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { systemCode } from '../../contract/errors'
import { makeFolder } from '../../library/disk'
import { lastLines } from '../http'
import { clusterProblems } from '../problems'
import { shellWord, type Backend, type JobStanding, type JobState, type JobWanted } from './backend'

const longestMilliseconds = 30_000
const waiting = ['PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_HOLD', 'SUSPENDED', 'RESV_DEL_HOLD', 'SPECIAL_EXIT']

/**
 * Slurm, by its own programs on a machine that has them (a login node): `sbatch`, `squeue`, `scancel`, `sinfo`. What a job
 * writes, and what it ended with, lies in the person's home, which Slurm's machines share; no accounting is needed. A job's
 * name is looked for before it is handed over; Slurm itself would take it twice. (`singleton` would prevent that, and have every
 * job wait for the scheduler's next round, up to a minute.) Tried with Slurm 22.05.
 */
export class SlurmBackend implements Backend {
  readonly address: string
  private readonly partition: readonly string[]

  /** @param partition the usual one when empty */
  constructor(partition: string, private readonly folder = join(homedir(), '.graft-slurm')) {
    this.address = `slurm:${partition}`
    this.partition = partition === '' ? [] : [`--partition=${partition}`]
  }

  async about(): Promise<string> {
    // Debian's says `slurm-wlm 22.05.8`.
    return (await this.call('sbatch', '--version')).trim().replace(/^slurm(-wlm)?/, 'Slurm')
  }

  async submit({ id, command, cores, gpus = 0, memoryBytes, node }: JobWanted): Promise<void> {
    if ((await this.standing(id)).state !== 'unknown') return
    await makeFolder(this.folder)
    const ended = shellWord(this.path(id, 'exit'))
    // The command replaces its shell; this one stays to write down how it ended, also when it is asked to.
    const script = `(${command}) & pid=$!; trap 'kill -TERM $pid' TERM; wait $pid; code=$?; [ $code -le 128 ] || { wait $pid; code=$?; }; echo $code > ${ended}; exit $code`
    await this.call(
      'sbatch', '--parsable', `--job-name=${id}`, `--cpus-per-task=${Math.max(1, Math.ceil(cores))}`, '--ntasks=1', '--no-requeue',
      '--signal=B:TERM@10', `--output=${this.path(id, 'log')}`, ...this.partition, ...gpus > 0 ? [`--gres=gpu:${Math.ceil(gpus)}`] : [],
      ...memoryBytes === undefined ? [] : [`--mem=${Math.ceil(memoryBytes / 2 ** 20)}M`], ...node === undefined ? [] : [`--nodelist=${node}`], `--wrap=${script}`
    )
  }

  async standing(id: string): Promise<JobStanding> {
    const exit = await this.readHere(id, 'exit')
    if (exit !== undefined) return { state: exit.trim() === '0' ? 'succeeded' : 'failed', exitCode: Number(exit) }
    const [line = ''] = (await this.call('squeue', '--noheader', `--name=${id}`, '--format=%T|%N')).trim().split('\n')
    const [state = '', node = ''] = line.split('|')
    if (state !== '') return { state: stateOf(state), ...(node !== '' && { node }) }
    // It ended without a word: its machine is gone, or somebody cancelled it.
    const last = await this.call('scontrol', 'show', 'job', '--oneliner').catch(() => '')
    const mine = last.split('\n').find((each) => each.includes(` JobName=${id} `) || each.includes(` JobName=${id}\t`))
    const told = /JobState=(\w+)/.exec(mine ?? '')?.[1]
    return told === undefined ? { state: await this.readHere(id, 'log') === undefined ? 'unknown' : 'failed' } : { state: stateOf(told), message: `Slurm says ${told}.` }
  }

  async logs(id: string): Promise<string> {
    return await this.readHere(id, 'log') ?? ''
  }

  async stop(id: string): Promise<void> {
    await this.call('scancel', `--name=${id}`).catch(() => '')
  }

  async nodes(): ReturnType<Backend['nodes']> {
    const lines = (await this.call('sinfo', '--noheader', '--Node', '--format=%N|%c|%m|%G|%T', ...this.partition)).trim().split('\n').filter(Boolean)
    // A node stands there once for each of its partitions.
    const nodes = new Map(lines.map((line) => line.split('|')).filter(([, , , , state = '']) => /^(idle|mixed|allocated|completing)/.test(state))
      .map(([name = '', cores, memory, gres = '']) => [name, {
        id: name, host: name, address: name, head: false, cores: Number(cores), gpus: Number(/gpu(?::[\w.-]+)*:(\d+)/.exec(gres)?.[1] ?? 0),
        memoryBytes: Number(memory) * 2 ** 20
      }]))
    return [...nodes.values()]
  }

  private path(id: string, ending: 'log' | 'exit'): string {
    return join(this.folder, `${id}.${ending}`)
  }

  private readHere(id: string, ending: 'log' | 'exit'): Promise<string | undefined> {
    return fs.readFile(this.path(id, ending), 'utf8').catch(() => undefined)
  }

  /** @throws GraftError `cluster-unreachable` where there is no such program, `cluster-failing` where the controller does not answer, `job-rejected` */
  private call(program: string, ...words: string[]): Promise<string> {
    return new Promise((resolve, reject) => {
      execFile(program, words, { timeout: longestMilliseconds, maxBuffer: 32 << 20, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout, stderr) => {
        if (!error) return resolve(stdout)
        const said = lastLines(stderr || stdout || error.message)
        if (systemCode(error) === 'ENOENT') reject(clusterProblems.noProgram(program))
        else if (error.killed === true) reject(clusterProblems.silent(this.address, longestMilliseconds / 1000))
        else if (program === 'sbatch' && !/Unable to contact|Socket timed out|Connection refused|temporarily/i.test(said)) reject(clusterProblems.rejected(this.address, said))
        else reject(clusterProblems.failing(this.address, said))
      })
    })
  }
}

function stateOf(state: string): JobState {
  if (waiting.includes(state)) return 'waiting'
  if (['RUNNING', 'COMPLETING', 'STAGE_OUT', 'SIGNALING'].includes(state)) return 'running'
  if (state === 'COMPLETED') return 'succeeded'
  return state === 'CANCELLED' ? 'stopped' : 'failed'
}
