import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { SeldomLook } from './seldom-look'

beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }) })
afterEach(() => { vi.useRealTimers() })

/** A look that gives these in turn; what it is given last it gives for good. */
function looking(...answers: (string | Error)[]) {
  let looks = 0
  const look = new SeldomLook(async () => {
    const answer = answers[Math.min(looks++, answers.length - 1)]!
    if (answer instanceof Error) throw answer
    return answer
  }, { isWhole: (value) => !value.startsWith('late'), pauseMilliseconds: 1_000 })
  return { look, looks: () => looks }
}

describe('a look that is seldom made', () => {
  it('is made once where it comes to its end, however often it is asked for', async () => {
    const { look, looks } = looking('found')
    expect(await Promise.all([look.get(), look.get()])).toEqual(['found', 'found'])
    await vi.advanceTimersByTimeAsync(100_000)
    expect(await look.get()).toBe('found')
    expect(looks()).toBe(1)
  })

  it('that failed is not repeated at each visit, but once by itself, and then for who asks after pauses that double', async () => {
    const { look, looks } = looking(new Error('no'))
    await expect(look.get()).rejects.toThrow('no')
    await expect(look.get()).rejects.toThrow('no')
    expect(looks()).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(looks()).toBe(2)
    await expect(look.get()).rejects.toThrow('no')
    // By itself no more; the second pause is 2 s, the third 4 s.
    await vi.advanceTimersByTimeAsync(2_000)
    expect(looks()).toBe(2)
    await expect(look.get()).rejects.toThrow('no')
    await vi.advanceTimersByTimeAsync(3_999)
    await expect(look.get()).rejects.toThrow('no')
    expect(looks()).toBe(3)
    await vi.advanceTimersByTimeAsync(1)
    await expect(look.get()).rejects.toThrow('no')
    expect(looks()).toBe(4)
  })

  it('that failed is mended by itself', async () => {
    const { look, looks } = looking(new Error('no'), 'found')
    await expect(look.get()).rejects.toThrow('no')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await look.get()).toBe('found')
    expect(looks()).toBe(2)
  })

  it('that did not come to its end is taken for now and made again by itself; a failure takes nothing away', async () => {
    const { look, looks } = looking('late', new Error('no'), 'found')
    expect(await look.get()).toBe('late')
    expect(await look.get()).toBe('late')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(looks()).toBe(2)
    expect(await look.get()).toBe('late')
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await look.get()).toBe('found')
  })

  it('is given what somebody else found, and looks no more', async () => {
    const { look, looks } = looking(new Error('no'), 'later')
    await expect(look.get()).rejects.toThrow('no')
    look.put('found')
    await vi.advanceTimersByTimeAsync(100_000)
    expect(await look.get()).toBe('found')
    expect(looks()).toBe(1)
  })
})
