import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Advice, Race } from '../../../contract/advice'
import { recommend } from '../../../rules/advice/recommend'
import { evidence, ground, scored } from '../../../rules/advice/testing'
import { seriousViolations } from '../../testing/accessibility'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'

let mounted: Mounted | undefined
async function open(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, '/transfer', language)
  await settle()
  vi.advanceTimersByTime(200)
  await settle()
  return mounted.wrapper
}
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(() => {
  vi.useRealTimers()
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})

function adviceOf(change: Partial<Parameters<typeof ground>[0]> = {}): Advice {
  const asked = ground(change)
  return {
    wanted: asked.wanted, ...recommend(asked), evidence: asked.evidence, cached: false, seconds: 1, at: '2026-01-01T00:00:00.000Z'
  }
}
const panel = (wrapper: VueWrapper) => wrapper.get('.advice')
const button = (wrapper: VueWrapper, text: string) => {
  const found = panel(wrapper).findAll('button').find((candidate) => candidate.text().includes(text) || candidate.attributes('aria-label')?.includes(text))
  if (!found) throw new Error(`no button “${text}” in ${panel(wrapper).text()}`)
  return found
}
async function asked(fake: FakeApi, wrapper: VueWrapper): Promise<void> {
  await button(wrapper, 'Ask for advice').trigger('click')
  await settle()
  fake.emit('jobs', 'changed', fakeJob('advise', { progress: { phase: 'features', done: 20, total: 100 } }))
  await settle()
}
const named = (fake: FakeApi, name: string) => fake.calls.filter((call) => call.name === name).map(({ input }) => input)

describe('the panel with advice', () => {
  it('asks for a look at the transfer that is chosen, shows how far it is, and puts three methods forward', async () => {
    const fake = createFakeApi({ advice: adviceOf() })
    const wrapper = await open(fake)
    await asked(fake, wrapper)
    expect(named(fake, 'advice.ask')).toMatchObject([{ source: expect.any(String), target: { dataset: expect.any(String) } }])
    expect(panel(wrapper).text()).toContain('Looking at the images')
    fake.emit('jobs', 'changed', fakeJob('advise', { state: 'done' }))
    await settle()
    const text = panel(wrapper).text()
    expect(text).toContain('Worth trying, best first')
    expect(panel(wrapper).findAll('h3').map((title) => title.text())).toEqual(['fine-tuning', 'linear-probe', 'scratch'])
    expect(text).toContain('89.0')
    expect(text).toContain('no test image was looked at')
    expect(text).toContain('how good the advice is here is not known')
    vi.useRealTimers()
    expect(await seriousViolations()).toEqual([])
  })

  it('takes a method with one click', async () => {
    const fake = createFakeApi({ standing: adviceOf() })
    const wrapper = await open(fake)
    await button(wrapper, 'Take this method: linear-probe').trigger('click')
    await settle()
    expect(button(wrapper, 'Chosen: linear-probe').attributes('disabled')).toBeDefined()
    expect(button(wrapper, 'Chosen: linear-probe').text()).toBe('Chosen')
  })

  it('shows what stood from before at once, and looks again when asked', async () => {
    const fake = createFakeApi({ standing: adviceOf() })
    const wrapper = await open(fake)
    expect(panel(wrapper).text()).toContain('Worth trying')
    await button(wrapper, 'Look again').trigger('click')
    await settle()
    expect(named(fake, 'advice.ask')).toHaveLength(1)
  })

  it('says plainly that it does not know, and why', async () => {
    const { crossValidated: _, ...single } = evidence({ labelsPerClass: 1, labelled: 10 })
    const wrapper = await open(createFakeApi({ standing: adviceOf({ evidence: single }) }))
    expect(panel(wrapper).text()).toContain('The evidence does not carry advice.')
    expect(panel(wrapper).text()).toContain('Grant at least two labels per class')
    expect(panel(wrapper).text()).toContain('No accuracy can be foretold.')
  })

  it('gives a look up when asked to', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await asked(fake, wrapper)
    await button(wrapper, 'Cancel').trigger('click')
    await settle()
    expect(named(fake, 'jobs.cancel')).toEqual([{ id: 'job-advise' }])
    expect(panel(wrapper).text()).toContain('Ask for advice')
  })

  it('says what went wrong, and tries again', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await asked(fake, wrapper)
    fake.emit('jobs', 'changed', fakeJob('advise', { state: 'failed', error: { code: 'no', message: { en: 'The disk is gone.', zh: '磁盘不见了。' } } }))
    await settle()
    expect(panel(wrapper).text()).toContain('The disk is gone.')
    await button(wrapper, 'again').trigger('click')
    await settle()
    expect(named(fake, 'advice.ask')).toHaveLength(2)
  })

  it('opens its evidence on demand, every score with what it measures, and ranks sources', async () => {
    const scores = [scored('k-nearest', [0.8, 0.9], [0.5, 0.6]), scored('logme', [0.3, 0.4], [0.1, 0.2])]
    const fake = createFakeApi({ standing: adviceOf({ evidence: evidence({ scores }) }) })
    const wrapper = await open(fake)
    await button(wrapper, 'Evidence').trigger('click')
    expect(panel(wrapper).findAll('tbody tr')).toHaveLength(3)
    await button(wrapper, 'Which source?').trigger('click')
    await settle()
    expect(named(fake, 'advice.ask')).toMatchObject([{ allSources: true }])
  })

  it('races the best candidates within the minutes that are given, and takes the winner with one click', async () => {
    const ran = { id: 'r1', round: 1, epochs: 3, of: 9, seconds: 4, value: 0.91 }
    const race: Race = {
      wanted: { ...adviceOf().wanted, minutes: 5 }, by: 'validation', images: 80, seconds: 300, at: '2026-01-01T00:00:00.000Z',
      entrants: [{ method: 'linear-probe', title: { en: 'linear-probe', zh: '线性探测' }, runs: [ran] }],
      winner: { method: 'linear-probe', run: 'r1', value: 0.91 }, remarks: [{ en: 'Judged by 80 validation images.', zh: '依据 80 张验证图像。' }]
    }
    const { crossValidated: _, ...single } = evidence({ labelsPerClass: 1, labelled: 10 })
    const fake = createFakeApi({ standing: adviceOf({ evidence: single }), race })
    const wrapper = await open(fake)
    await button(wrapper, 'Race the best').trigger('click')
    await settle()
    expect(named(fake, 'advice.race')).toMatchObject([{ minutes: 5, source: expect.any(String) }])
    fake.emit('jobs', 'changed', fakeJob('race', {
      progress: { phase: 'racing', done: 20, total: 300, secondsLeft: 280, round: 1, rounds: 2, method: { en: 'Fine-tuning', zh: '微调' } }
    }))
    await settle()
    expect(panel(wrapper).text()).toContain('Round 1 of 2: Fine-tuning')
    fake.emit('jobs', 'changed', fakeJob('race', { state: 'done' }))
    await settle()
    const won = panel(wrapper).get('.race').text()
    expect(won).toContain('linear-probe won the race')
    expect(won).toContain('91.0')
    expect(won).toContain('3 of 9 epochs')
    expect(won).toContain('Judged by 80 validation images.')
    const take = panel(wrapper).get('.race').findAll('button').find((each) => each.text() === 'Take this method')!
    await take.trigger('click')
    await settle()
    expect(panel(wrapper).text()).toContain('Chosen')
    vi.useRealTimers()
    expect(await seriousViolations()).toEqual([])
    // The window is opened again: how it ended stands there still.
    mounted!.wrapper.unmount()
    document.body.innerHTML = ''
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const again = await open(createFakeApi({ standing: adviceOf({ evidence: single }), standingRace: race }))
    expect(panel(again).get('.race').text()).toContain('linear-probe won the race')
  })

  it('speaks Chinese', async () => {
    const wrapper = await open(createFakeApi({ standing: adviceOf() }), 'zh')
    expect(panel(wrapper).text()).toContain('值得尝试')
    expect(panel(wrapper).text()).toContain('未查看任何测试图像')
  })
})
