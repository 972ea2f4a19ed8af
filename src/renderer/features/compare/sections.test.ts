import { afterEach, describe, expect, it } from 'vitest'
import type { Run } from '../../../contract/runs'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeModel } from '../../testing/fake-library'
import { fakeMetrics, fakeRun, fakeScore } from '../../testing/fake-runs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { lastCompared } from './address'

const runs = (): Run[] => [
  fakeRun('fresh', { name: 'From scratch', metrics: { test: fakeScore(0.8) } }), fakeRun('tuned', { name: 'Fine-tuning', metrics: { test: fakeScore(0.93) } })
]
function fakeWith(): FakeApi {
  const fake = createFakeApi({
    runs: runs(), metrics: new Map(runs().map(({ id }) => [id, fakeMetrics(3)])), models: [fakeModel('run:fresh', 'Fresh'), fakeModel('run:tuned', 'Tuned')]
  })
  fake.handlers.runs.compare = ({ ids }) => ({
    runs: ids.map((id) => fake.state.runs.find((run) => run.id === id)!),
    differences: ids.slice(1).map((second) => ({
      first: ids[0]!, second, difference: 0.13, interval: [0.1, 0.16], verdict: 'better' as const, mcnemar: { gained: 40, lost: 9, p: 0.001 }
    }))
  })
  return fake
}
let mounted: Mounted | undefined
async function open(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<Mounted['wrapper']> {
  mounted = await openScreen(fake, '/compare?ids=fresh,tuned', language)
  return mounted.wrapper
}
afterEach(() => {
  mounted?.wrapper.unmount()
  lastCompared.value = []
})
const line = (wrapper: Mounted['wrapper']) => wrapper.get('nav.section-line')
const section = (wrapper: Mounted['wrapper'], name: string) => wrapper.get(`[data-section="${name}"]`)
const inside = (wrapper: Mounted['wrapper'], name: string) => section(wrapper, name).get<HTMLElement>('.inside').element

describe('the sections of Compare', () => {
  it('stand in one line in the order of the page, in either language, with the one in view marked', async () => {
    const wrapper = await open(fakeWith())
    const headings = wrapper.findAll('[data-section]').map((each) => each.attributes('data-section'))
    expect(headings).toEqual(['verdict', 'flips', 'confusions', 'curves', 'figures', 'reliability', 'layers', 'map', 'classes', 'settings'])
    expect(line(wrapper).findAll('button').map((button) => button.text())).toEqual([
      'Verdict', 'Pictures', 'Confusions', 'Learning', 'Figures', 'Sure and right', 'Layers', 'Feature map', 'Classes', 'Settings'
    ])
    expect(line(wrapper).attributes('aria-label')).toBe('Sections of this page')
    expect(line(wrapper).findAll('[aria-current="location"]')).toHaveLength(1)
    wrapper.unmount()
    const chinese = await open(fakeWith(), 'zh')
    expect(line(chinese).text()).toMatch(/^结论逐图像混淆学习/)
  })

  it('close and open by their headings and stay as they were left; what is closed stays on the page', async () => {
    const fake = fakeWith()
    const wrapper = await open(fake)
    // Nobody closes what was asked for first.
    expect(section(wrapper, 'verdict').find('[aria-expanded]').exists()).toBe(false)
    const heading = () => section(wrapper, 'figures').get('h2 button')
    expect(heading().attributes('aria-expanded')).toBe('true')
    await heading().trigger('click')
    await settle()
    expect(heading().attributes('aria-expanded')).toBe('false')
    expect(inside(wrapper, 'figures').style.display).toBe('none')
    expect(inside(wrapper, 'figures').textContent).toContain('Test accuracy')
    expect(fake.state.settings.compareSections).toEqual({ figures: false })
    wrapper.unmount()
    const again = await open(fake)
    expect(inside(again, 'figures').style.display).toBe('none')
    expect(inside(again, 'settings').style.display).toBe('')
  })

  it('come to the top by their link, opened where they were closed, and take the keyboard with them', async () => {
    const fake = fakeWith()
    const wrapper = await open(fake)
    expect(inside(wrapper, 'classes').style.display).toBe('none')
    section(wrapper, 'classes').element.getBoundingClientRect = () => ({ ...new DOMRect(0, 900, 1000, 400).toJSON() as DOMRect })
    await line(wrapper).findAll('button').find((button) => button.text() === 'Classes')!.trigger('click')
    await settle()
    expect(inside(wrapper, 'classes').style.display).toBe('')
    expect(document.documentElement.scrollTop).toBe(900 - 8)
    expect(document.activeElement).toBe(section(wrapper, 'classes').element)
    expect(fake.state.settings.compareSections).toEqual({ classes: true })
  })
})
