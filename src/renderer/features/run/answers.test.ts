import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { GraftError } from '../../../contract/errors'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { openScreen, settle, type Mounted } from '../../testing/mount'

let mounted: Mounted | undefined
async function open(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, '/runs/mnist-run', language)
  await settle()
  return mounted.wrapper
}
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
const asked = (fake: FakeApi) => fake.calls.filter(({ name }) => name === 'runs.answers').map(({ input }) => input)
const dialog = (): HTMLElement | null => document.querySelector('[role="dialog"]')
const pictures = (): HTMLElement[] => [...dialog()?.querySelectorAll<HTMLElement>('[data-place]') ?? []]
const bar = (wrapper: VueWrapper, name: string) =>
  wrapper.findAll('button.line').find((candidate) => candidate.get('.label').text() === name)!
const cell = (wrapper: VueWrapper, truth: number, predicted: number) =>
  wrapper.get(`[role="grid"] [role="gridcell"][aria-label^="${truth} → ${predicted}:"]`)

describe('the evaluation of a run', () => {
  it('opens the pictures behind a class\'s bar, mistakes first and marked by a sign', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await bar(wrapper, '3').trigger('click')
    await settle()
    expect(asked(fake)).toEqual([{ id: 'mnist-run', truth: 3 }])
    const row = fake.state.runs[0]!.metrics.test!.confusion![3]!
    const wrong = row.reduce((sum, count) => sum + count, 0) - row[3]!
    expect(wrong).toBeGreaterThan(0)
    expect(dialog()!.textContent).toContain('Test images of class 3')
    expect(dialog()!.textContent).toMatch(wrong === 1 ? /1 was taken/ : new RegExp(`${wrong} were taken`))
    const [first] = pictures()
    expect(first!.dataset['caption']).toMatch(/^✕ 3 → \d$/)
    expect(first!.getAttribute('aria-label')).toMatch(/true 3, predicted [^3]/)
    expect(first!.classList).toContain('wrong')
    expect(first!.closest<HTMLElement>('[role="row"]')!.getAttribute('style')).toContain('graft-image://dataset/mnist-sample/test/1/3')
  })

  it('opens those of a cell by a click, and one of them large', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await cell(wrapper, 4, 4).trigger('click')
    await settle()
    expect(asked(fake)).toEqual([{ id: 'mnist-run', truth: 4, predicted: 4 }])
    expect(dialog()!.textContent).toContain('True 4, predicted 4')
    expect(pictures()[0]!.dataset['caption']).toBe('✓ 4')
    pictures()[1]!.click()
    await settle()
    expect([...document.querySelectorAll('[role="dialog"] img')].map((image) => image.getAttribute('src'))).toEqual(['graft-image://dataset/mnist-sample/test/11.bmp'])
  })

  it('saves what each test image was taken for, by its file', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await wrapper.findAll('button').find((button) => button.text() === 'Save answers (CSV)')!.trigger('click')
    await settle()
    const saved = fake.calls.find(({ name }) => name === 'app.saveFile')?.input as { suggestedName: string, content: string }
    expect(saved.suggestedName).toBe('mnist-run-answers.csv')
    expect(saved.content).toContain('test/2/b.png,test,7,2,7,no,0.8000')
  })

  it('waits at the dialogue itself, not at the cross, and goes on with the first picture', async () => {
    const fake = createFakeApi()
    const { answers } = fake.handlers.runs
    let answer = (): void => undefined
    fake.handlers.runs.answers = async (wanted) => {
      await new Promise<void>((resolve) => { answer = resolve })
      return answers(wanted)
    }
    const wrapper = await open(fake)
    await bar(wrapper, '3').trigger('click')
    await settle()
    expect(document.activeElement).toBe(dialog())
    answer()
    await settle()
    expect(document.activeElement).toBe(pictures()[0])
  })

  it('reads a cell that the keys lead to, and opens nothing where nothing was counted', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    const empty = fake.state.runs[0]!.metrics.test!.confusion![0]!.indexOf(0)
    await cell(wrapper, 0, empty).trigger('click')
    await settle()
    expect(dialog()).toBeNull()
    expect(wrapper.text()).toContain(`True 0, predicted ${empty}: 0 of`)
    expect(asked(fake)).toEqual([])
  })

  it('says why where the pictures are gone, and offers no pictures of a data set that is not here', async () => {
    const fake = createFakeApi()
    fake.handlers.runs.answers = () => { throw new GraftError('pictures-gone', { en: 'The pictures have changed.', zh: '图像已更改。' }) }
    const wrapper = await open(fake)
    await bar(wrapper, '0').trigger('click')
    await settle()
    expect(dialog()!.querySelector('[role="status"]')!.textContent).toContain('The pictures have changed.')
    expect(dialog()!.querySelector('[role="alert"]')).toBeNull()
    mounted?.wrapper.unmount()
    document.body.innerHTML = ''
    const without = await open(createFakeApi({ datasets: [] }))
    expect(without.findAll('button.line')).toHaveLength(0)
    await without.get('[role="gridcell"]').trigger('click')
    expect(dialog()).toBeNull()
    expect(without.text()).toContain('True 0, predicted 0')
  })

  it('shows the pictures again where the data set went and came back under the open dialogue', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await bar(wrapper, '3').trigger('click')
    await settle()
    const { datasets } = fake.state
    const shown = pictures().length
    expect(shown).toBeGreaterThan(0)
    for (const [now, pictured] of [[[], 0], [datasets, shown]] as const) {
      fake.state.datasets = [...now]
      fake.emit('datasets', 'changed', {})
      await settle()
      await settle()
      expect(pictures()).toHaveLength(pictured)
    }
  })

  it('speaks Chinese', async () => {
    const wrapper = await open(createFakeApi(), 'zh')
    await bar(wrapper, '3').trigger('click')
    await settle()
    expect(dialog()!.textContent).toContain('类别 3 的测试图像')
    expect(pictures()[0]!.getAttribute('aria-label')).toContain('真实为 3，预测为')
    expect(wrapper.text()).toContain('单击或按 Enter 打开其中的图像')
  })
})
