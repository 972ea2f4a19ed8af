import { describe, expect, it } from 'vitest'
import { jobStates } from '../contract/jobs/status'
import { runStates } from '../contract/runs'
import { isLiving, isOpen, isResumable, isUnderWay, isWorking, notResumable } from './states'

describe('the states of a run', () => {
  const those = (test: (run: { state: typeof runStates[number] }) => boolean) => runStates.filter((state) => test({ state }))

  it('are open until it has ended, also while it is paused', () => {
    expect(those(isOpen)).toEqual(['queued', 'running', 'paused'])
    expect(those(isUnderWay)).toEqual(['running', 'paused'])
  })

  it('let it go on, or say in one way why not', () => {
    expect(those(isResumable)).toEqual(['paused', 'interrupted', 'cancelled', 'failed'])
    const error = { code: 'diverged', message: { en: '', zh: '' }, remedy: { en: 'Smaller.', zh: '' } }
    expect(isResumable({ state: 'failed', error })).toBe(false)
    expect(notResumable({ name: 'Mine', id: 'R1', state: 'failed', error }).value).toMatchObject({ message: { en: expect.stringContaining('go wrong again') }, remedy: error.remedy })
    const { value } = notResumable({ name: 'Mine', id: 'R1', state: 'done' })
    expect(value).toMatchObject({ code: 'run-not-resumable', usage: true, remedy: { en: expect.stringContaining('run:R1') } })
    expect(value.message).toEqual({ en: '“Mine” (R1) is done; there is nothing to resume.', zh: '“Mine”（R1）已完成，无需恢复。' })
    expect(notResumable({ name: 'Mine', id: 'R1', state: 'running' }).value.remedy).toBeUndefined()
  })
})

describe('the states of a job', () => {
  it('are living while it waits or works, whether it answers or not', () => {
    expect(jobStates.filter((state) => isLiving({ state }))).toEqual(['queued', 'running', 'unresponsive', 'cancelling'])
    expect(jobStates.filter((state) => isWorking({ state }))).toEqual(['running', 'unresponsive', 'cancelling'])
  })
})
