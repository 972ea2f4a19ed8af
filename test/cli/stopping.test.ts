import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { built, graft, program, type Ended } from './graft'

let dataDir = ''
beforeAll(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-stop-')) })
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const command = (...argv: string[]): Promise<Ended> => graft([...argv, '--data-dir', dataDir])
const long = ['run', '--source', 'arch:seed-cnn', '--target', 'digits', '--method', 'scratch', '--epochs', '4', '--augmentation', 'shift', '--json']

/** Starts a run and sends it signals once it trains; a signal a list entry, in order. */
function stopWhenTraining(signals: readonly NodeJS.Signals[]): Promise<Ended> {
  let sent = false
  return graft([...long, '--data-dir', dataDir], {
    onStderr: (said, kill) => {
      if (sent || !said.includes('epoch')) return
      sent = true
      for (const signal of signals) kill(signal)
    }
  })
}
const idIn = (stderr: string): string => /Run (\w+)/.exec(stderr)?.[1] ?? ''

describe.skipIf(!built)('stopping a run (needs npm run build)', () => {
  it('by Ctrl-C ends with 130 and keeps it; resumed, it ends with the numbers of a run left alone', async () => {
    const cancelled = await stopWhenTraining(['SIGINT'])
    expect(cancelled.code, cancelled.stderr).toBe(130)
    const { id, state } = JSON.parse(cancelled.stdout)
    expect(state).toBe('cancelled')
    expect(cancelled.stderr.trim().split('\n').at(-1)).toContain(`graft resume ${id}`)

    const resumed = JSON.parse((await command('resume', id, '--json')).stdout)
    const whole = JSON.parse((await command(...long)).stdout)
    expect(resumed).toMatchObject({ id, state: 'done', epochs: 4 })
    expect(resumed.metrics).toEqual(whole.metrics)
  })

  it('by a second Ctrl-C ends at once', async () => {
    const { code } = await stopWhenTraining(['SIGINT', 'SIGINT'])
    expect(code).toBe(130)
  })

  it('by kill -9 leaves an interrupted run that can be resumed', async () => {
    const killed = await stopWhenTraining(['SIGKILL'])
    expect(killed.code).not.toBe(0)
    const id = idIn(killed.stderr)
    const { runs } = JSON.parse((await command('runs', 'list', '--json')).stdout)
    expect(runs.find((run: { id: string }) => run.id === id)).toMatchObject({ state: 'interrupted', error: { code: 'process-gone' } })
    expect(JSON.parse((await command('resume', id, '--json')).stdout)).toMatchObject({ id, state: 'done' })
  })

  it('does not let a second process work on it', async () => {
    let answer: Promise<Ended> | undefined
    const first = await graft([...long, '--data-dir', dataDir], {
      onStderr: (said, kill) => {
        if (answer || !said.includes('epoch')) return
        answer = command('resume', idIn(said)).finally(() => kill('SIGINT'))
      }
    })
    expect(first.code).toBe(130)
    expect(await answer).toMatchObject({ code: 1, stderr: expect.stringContaining('being worked on by another process') })
  })

  it('from another terminal after its epoch leaves a run that is done; --now one that can be resumed', async () => {
    const stopped = async (...flags: string[]): Promise<{ first: Ended, answer: Ended | undefined }> => {
      let answer: Promise<Ended> | undefined
      const first = await graft([...long, '--epochs', '200', '--data-dir', dataDir], {
        onStderr: (said) => { if (said.includes('epoch')) answer ??= command('stop', ...flags, '--json') }
      })
      return { first, answer: await answer }
    }
    const after = await stopped()
    expect(after.answer).toMatchObject({ code: 0, stdout: expect.stringContaining('after-epoch') })
    const done = JSON.parse(after.first.stdout)
    expect([after.first.code, done.state], after.first.stderr).toEqual([0, 'done'])
    expect(done.epochs).toBeLessThan(200)
    expect(after.first.stderr).toContain('Asked from elsewhere to stop after this epoch.')

    const now = await stopped('--now')
    expect([now.first.code, JSON.parse(now.first.stdout).state], now.first.stderr).toEqual([130, 'cancelled'])
    // Nobody is left to be stopped, and the wish is not there any more when it goes on.
    expect((await command('stop')).stderr).toContain('No run is being trained')
    const { id, checkpoint } = JSON.parse(now.first.stdout)
    expect(JSON.parse((await command('stop', id, '--json')).stdout).error.code).toBe('run-not-running')
    expect(checkpoint === undefined || checkpoint.epoch < 200).toBe(true)
  })

  it('minds no reader that goes away', async () => {
    const child = spawn(process.execPath, [program, 'methods', '--data-dir', dataDir])
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (data: Buffer) => { stderr += data.toString() })
    const code = await new Promise((done) => { child.on('close', done) })
    expect([code, stderr]).toEqual([0, ''])
  })
})
