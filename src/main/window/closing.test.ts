import { describe, expect, it } from 'vitest'
import type { JobStatus } from '../../contract/jobs/status'
import { Closing, type ClosingChoice } from './closing'

const job = (id: string, change: Partial<JobStatus> = {}): JobStatus => ({ id, title: id, kind: 'train', state: 'running', ...change })

function closingOf(living: JobStatus[], choices: ClosingChoice[]) {
  const log: string[] = []
  let becomeIdle: () => void = () => undefined
  const idle = new Promise<void>((resolve) => { becomeIdle = resolve })
  const closing = new Closing({
    jobs: {
      living: () => living,
      hold: () => { log.push('hold') },
      resume: () => { log.push('resume') },
      idle: () => idle,
      cancel: async (id) => { log.push(`cancel ${id}`) },
      stopAfterEpoch: (id) => { log.push(`stop ${id}`) }
    },
    ask: async (working) => {
      log.push(`ask ${working.map(({ id }) => id).join()}`)
      return choices.shift() ?? 'stay'
    },
    hide: () => { log.push('hide') },
    sayStopping: () => { log.push('say') },
    quit: () => { log.push('quit') }
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  const finish = async (): Promise<void> => {
    living.length = 0
    becomeIdle()
    await settle()
  }
  return { closing, log, finish, settle }
}

describe('Closing', () => {
  it('closes at once when nothing works', () => {
    const { closing, log } = closingOf([], [])
    expect(closing.mayClose()).toBe(true)
    expect(log).toEqual([])
  })

  it('does not ask for the sake of a look at the computer', () => {
    expect(closingOf([job('doctor', { kind: 'doctor' })], []).closing.mayClose()).toBe(true)
  })

  it('asks once, and keeps working in the background', async () => {
    const { closing, log, settle } = closingOf([job('one'), job('two', { state: 'queued' })], ['background'])
    expect([closing.mayClose(), closing.mayClose()]).toEqual([false, false])
    await settle()
    expect(log).toEqual(['ask one,two', 'resume', 'hide'])
  })

  it('stops after the epoch, begins nothing new, and ends once that is done', async () => {
    const jobs = [job('one'), job('two', { state: 'queued' }), job('photos', { kind: 'import-dataset' })]
    const { closing, log, settle, finish } = closingOf(jobs, ['after-epoch'])
    closing.mayClose()
    await settle()
    expect(log).toEqual(['ask one,two,photos', 'hold', 'stop one', 'say'])
    await finish()
    expect(log.at(-1)).toBe('quit')
    expect(closing.mayClose()).toBe(true)
  })

  it('can be told to stop now after all', async () => {
    const { closing, log, settle, finish } = closingOf([job('one')], ['after-epoch', 'now'])
    closing.mayClose()
    await settle()
    closing.mayClose()
    await settle()
    expect(log).toContain('cancel one')
    await finish()
    expect(log.at(-1)).toBe('quit')
  })

  it('stops everything that works, leaves the queue for the next start, and waits for the ends', async () => {
    const jobs = [job('one'), job('two', { state: 'queued' }), job('photos', { kind: 'import-dataset' })]
    const { closing, log, settle, finish } = closingOf(jobs, ['now'])
    closing.mayClose()
    await settle()
    expect(log).toEqual(['ask one,two,photos', 'hold', 'cancel one', 'cancel photos'])
    await finish()
    expect(log.at(-1)).toBe('quit')
  })

  it('stays open when the question is closed, and goes on', async () => {
    const { closing, log, settle } = closingOf([job('one')], ['stay'])
    closing.mayClose()
    await settle()
    expect(log).toEqual(['ask one', 'resume'])
    expect(closing.mayClose()).toBe(false)
  })
})
