import { afterEach, describe, expect, it } from 'vitest'
import { trainingParameters } from '../../contract/training'
import App from '../App.vue'
import { createFakeApi, type FakeApi } from '../testing/fake-api'
import { mountIn, settle, type Mounted } from '../testing/mount'

let mounted: Mounted | undefined
async function open(address: string, fake: FakeApi = createFakeApi(), language: 'en' | 'zh' = 'en'): Promise<void> {
  mounted = await mountIn(fake, App, address, language)
}
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
async function find(words: string): Promise<HTMLElement[]> {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }))
  await settle(8)
  const field = document.querySelector<HTMLInputElement>('.palette input')!
  field.value = words
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await settle(8)
  return [...document.querySelectorAll<HTMLElement>('[role="option"]')]
}
/** The first that is found is chosen; what has the keyboard then, by the name of its setting. */
async function choose(words: string): Promise<string | undefined> {
  const [first] = await find(words)
  first?.click()
  await settle(12)
  // The dialogue gives the keyboard back in a task of its own.
  await new Promise((resolve) => { setTimeout(resolve, 20) })
  await settle()
  return document.activeElement?.closest<HTMLElement>('[data-setting]')?.dataset.setting
}
const address = (): string => mounted?.router.currentRoute.value.fullPath ?? ''

describe('settings in the palette', () => {
  it.each([['learning rate', 'en', 'Learning rate'], ['学习率', 'en', 'Learning rate'], ['学习率', 'zh', '学习率'], ['LEARNING rate', 'zh', '学习率']] as const)(
    'leads by “%s” in %s to the field, from another screen, with its fold open', async (words, language, label) => {
      await open('/runs', createFakeApi(), language)
      const [option] = await find(words)
      expect(option?.textContent).toContain(label)
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
      await settle()
      expect(await choose(words)).toBe('training.learningRate')
      expect(address()).toBe('/transfer')
      const place = document.querySelector<HTMLElement>('[data-setting="training.learningRate"]')!
      expect(place.dataset.found).toBe('')
      expect(place.closest<HTMLElement>('.inside')!.style.display).not.toBe('none')
      document.querySelector<HTMLElement>('main')!.focus()
      expect(place.dataset.found).toBeUndefined()
    })

  it('opens what is behind Advanced, and leads to what decides over a setting that does not count now', async () => {
    await open('/transfer')
    expect(await choose('gradient clipping')).toMatch(/^training\.clip/)
    const [option] = await find('Step factor')
    expect(option?.textContent).toContain('Schedule: Step')
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
    await settle()
    expect(await choose('Step factor')).toBe('training.schedule')
  })

  it.each([['theme', 'theme'], ['主题', 'theme'], ['Device', 'device'], ['New versions', 'updates']])(
    'leads by “%s” to the field or card, and changes nothing', async (words, name) => {
      const fake = createFakeApi()
      await open('/runs', fake, words === '主题' ? 'zh' : 'en')
      expect(await choose(words)).toBe(name)
      expect(fake.calls.filter(({ name: verb }) => verb === 'settings.set')).toEqual([])
    })

  it.each([['update', 'en', 'New versions'], ['更新', 'zh', '新版本'], ['升级', 'en', 'New versions']] as const)('finds new versions by “%s” in %s', async (words, language, label) => {
    await open('/runs', createFakeApi(), language)
    expect((await find(words)).map((option) => option.textContent ?? '').some((each) => each.includes(label))).toBe(true)
  })

  it('finds every training setting, those of the method, of the study and of the screen Settings', async () => {
    await open('/transfer?method=linear-probe')
    for (const { label } of Object.values(trainingParameters)) {
      const found = (await find(label.en)).map((option) => option.textContent ?? '')
      expect(found.some((text) => text.toLowerCase().includes(label.en.toLowerCase())), label.en).toBe(true)
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))
      await settle()
    }
    expect(await choose('Vary a setting')).toBe('study.setting')
    expect(await choose('control runs')).toBe('study.twins')
    expect(await choose('Compute on')).toBe('device')
    expect(address()).toBe('/settings')
    expect(await choose('Tell me when a run ends')).toBe('notifications')
    expect(await choose('移动')).toBe('folders')
    expect(await choose('Cores of each run')).toBe('cores')
    expect(address()).toBe('/studies')
  })
})
