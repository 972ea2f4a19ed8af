import { afterEach, describe, expect, it } from 'vitest'
import type { Run } from '../../../contract/runs'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { fakeMetrics, fakeRun, fakeScore, fakeSpec } from '../../testing/fake-runs'
import { useNoticesStore } from '../../shared/stores'

const day = (number: number): string => `2026-05-0${number}T10:00:00.000Z`
const list = (): Run[] => [
  fakeRun('good', { name: 'Tuned', createdAt: day(3), metrics: { test: fakeScore(0.94) }, seconds: 200, names: { source: 'Seed CNN', target: 'UCI digits', method: 'Fine-tuning' }, spec: fakeSpec({ method: { id: 'fine-tuning', params: {} }, target: { dataset: 'digits', labels: { perClass: 10 } } }) }),
  fakeRun('poor', { name: 'Fresh', createdAt: day(2), metrics: { test: fakeScore(0.7) }, seconds: 30 }),
  fakeRun('live', { name: 'Working', createdAt: day(4), state: 'running', epochs: 2 }),
  fakeRun('broken', { name: 'Broken off', createdAt: day(1), state: 'interrupted', error: { code: 'worker-killed', message: { en: 'The training process was killed.', zh: '训练进程被终止。' } } })
]

let open: Mounted | undefined
async function runsScreen(fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<Mounted> {
  open = await openScreen(fake, '/runs', language)
  return open
}
afterEach(() => open?.wrapper.unmount())

const names = ({ wrapper }: Mounted): string[] => wrapper.findAll('tbody a').map((link) => link.text())
const button = ({ wrapper }: Mounted, text: string) => wrapper.findAll('button').find((candidate) => candidate.text() === text)
const tick = async ({ wrapper }: Mounted, name: string): Promise<void> => {
  await wrapper.get(`[aria-label="Select ${name}"]`).trigger('click')
  await settle()
}
const heading = ({ wrapper }: Mounted, text: string) => wrapper.findAll('th button').find((candidate) => candidate.text() === text)!
async function press(screen: Mounted, name: string, key: string): Promise<void> {
  await row(screen, name).trigger('focus')
  await row(screen, name).trigger('keydown', { key })
  await settle()
}
const row = ({ wrapper }: Mounted, name: string) => wrapper.findAll('tbody tr').find((candidate) => candidate.text().includes(name))!

describe('the runs screen', () => {
  it('lists the newest first and sorts by accuracy from the best down, untested ones last either way', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    expect(names(screen)).toEqual(['Working', 'Tuned', 'Fresh', 'Broken off'])
    await heading(screen, 'Test accuracy').trigger('click')
    expect(names(screen).slice(0, 2)).toEqual(['Tuned', 'Fresh'])
    await heading(screen, 'Test accuracy').trigger('click')
    expect(names(screen).slice(0, 2)).toEqual(['Fresh', 'Tuned'])
    await heading(screen, 'Time').trigger('click')
    expect(names(screen)[0]).toBe('Tuned')
  })

  it('shows the accuracy with its interval, and the state as a word', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    // 590 images, 549 right by the fake's confusion matrix: 93.1 %, Wilson interval 90.7 to 94.8.
    expect(row(screen, 'Tuned').text()).toMatch(/\d\d\.\d\s% ?\d\d\.\d–\d\d\.\d/)
    expect(row(screen, 'Broken off').text()).toContain('Interrupted')
    expect(row(screen, 'Broken off').text()).toContain('The training process was killed.')
  })

  it('finds runs by every word of a search, and by state, and says when nothing matches', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    const search = screen.wrapper.get('input[type="search"]')
    await search.setValue('uci fine')
    expect(names(screen)).toEqual(['Tuned'])
    await search.setValue('nothing like it')
    expect(screen.wrapper.text()).toContain('No run matches.')
    await button(screen, 'Show all')!.trigger('click')
    expect(names(screen)).toHaveLength(4)
  })

  it('offers Compare once two are selected, and opens them in the order they were made', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    expect(button(screen, 'Compare')!.attributes('disabled')).toBeDefined()
    await tick(screen, 'Tuned')
    expect(button(screen, 'Compare')!.attributes('disabled')).toBeDefined()
    await tick(screen, 'Fresh')
    expect(button(screen, 'Compare')!.attributes('disabled')).toBeUndefined()
    await button(screen, 'Compare')!.trigger('click')
    await settle()
    expect(screen.router.currentRoute.value.fullPath).toBe('/compare?ids=poor,good')
  })

  it('selects with the keyboard: arrows move, Space ticks, Shift extends', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    const rows = screen.wrapper.findAll('tbody tr')
    await rows[0]!.trigger('keydown', { key: 'ArrowDown' })
    await settle()
    await rows[1]!.trigger('keydown', { key: ' ' })
    await rows[1]!.trigger('keydown', { key: 'ArrowDown', shiftKey: true })
    await settle()
    expect(screen.wrapper.text()).toContain('2 selected')
    expect(button(screen, 'Compare')!.attributes('disabled')).toBeUndefined()
  })

  it('deletes several at once and brings them back with Undo', async () => {
    const fake = createFakeApi({ runs: list() })
    fake.handlers.runs.restore = () => { fake.state.runs = list() }
    const screen = await runsScreen(fake)
    await tick(screen, 'Tuned')
    await tick(screen, 'Fresh')
    await button(screen, 'Delete')!.trigger('click')
    await settle()
    expect(names(screen)).toEqual(['Working', 'Broken off'])
    expect(fake.calls.find((call) => call.name === 'runs.remove')?.input).toEqual({ ids: ['good', 'poor'] })
    const notice = useNoticesStore().notices.at(-1)
    expect(notice).toMatchObject({ text: { en: 'Deleted 2 runs.' }, milliseconds: 10_000 })
    await notice?.action?.run()
    await settle()
    expect(names(screen)).toHaveLength(4)
    expect(fake.calls.find((call) => call.name === 'runs.restore')?.input).toEqual({ undoToken: 'good,poor' })
  })

  it('does not offer to delete what is running', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    await tick(screen, 'Working')
    expect(button(screen, 'Delete')!.attributes('disabled')).toBeDefined()
    expect(button(screen, 'Delete')!.attributes('title')).toContain('Cancel')
  })

  it('never deletes what a filter hides', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    await tick(screen, 'Tuned')
    await screen.wrapper.get('input[type="search"]').setValue('Fresh')
    expect(screen.wrapper.text()).not.toContain('1 selected')
    expect(button(screen, 'Delete')).toBeUndefined()
  })

  it('renames in place: F2, type, Enter; Escape leaves the name', async () => {
    const fake = createFakeApi({ runs: list() })
    const screen = await runsScreen(fake)
    await press(screen, 'Fresh', 'F2')
    const field = screen.wrapper.get('input[aria-label="New name of Fresh"]')
    await field.setValue('From nothing')
    await field.trigger('keydown', { key: 'Enter' })
    await settle()
    expect(names(screen)).toContain('From nothing')
    await press(screen, 'Tuned', 'F2')
    const second = screen.wrapper.get('input[aria-label="New name of Tuned"]')
    await second.setValue('Changed my mind')
    await second.trigger('keydown', { key: 'Escape' })
    await settle()
    expect(names(screen)).toContain('Tuned')
    expect(fake.calls.filter((call) => call.name === 'runs.rename')).toHaveLength(1)
  })

  it('pins with P: on top however it is sorted; tags and notes in a dialogue, and the search finds them', async () => {
    const fake = createFakeApi({ runs: list() })
    const screen = await runsScreen(fake)
    await press(screen, 'Fresh', 'p')
    expect(fake.calls.find((call) => call.name === 'runs.mark')?.input).toEqual({ id: 'poor', marks: { pinned: true } })
    expect(names(screen)).toEqual(['Fresh', 'Working', 'Tuned', 'Broken off'])
    await heading(screen, 'Test accuracy').trigger('click')
    expect(names(screen).slice(0, 2)).toEqual(['Fresh', 'Tuned'])

    await press(screen, 'Tuned', 't')
    const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role="dialog"]')!
    const [tags, note] = [dialog().querySelector<HTMLInputElement>('input')!, dialog().querySelector<HTMLTextAreaElement>('textarea')!]
    for (const [field, value] of [[tags, 'paper， baseline, paper'], [note, 'For the talk']] as const) {
      field.value = value
      field.dispatchEvent(new Event('input'))
    }
    dialog().querySelector('form')!.dispatchEvent(new Event('submit'))
    await settle()
    expect(fake.state.runs.find(({ id }) => id === 'good')?.marks).toEqual({ tags: ['paper', 'baseline'], note: 'For the talk', pinned: false })
    expect(row(screen, 'Tuned').text()).toContain('For the talk')
    await screen.wrapper.get('input[type="search"]').setValue('talk base')
    expect(names(screen)).toEqual(['Tuned'])
  })

  it('draws each run\'s curve, and shows the columns that were chosen', async () => {
    const fake = createFakeApi({ runs: list(), metrics: new Map([['good', fakeMetrics(10)]]) })
    const screen = await runsScreen(fake)
    await expect.poll(() => row(screen, 'Tuned').find('svg.curve').exists()).toBe(true)
    expect(row(screen, 'Tuned').get('svg.curve').attributes('aria-label')).toMatch(/^Validation accuracy from .* at the epoch that was kept\.$/)
    // One question for all that are on screen.
    expect(fake.calls.filter(({ name }) => name === 'runs.curves')).toHaveLength(1)
    await button(screen, 'Columns')!.trigger('click')
    await settle()
    const box = (label: string): HTMLElement => [...document.querySelectorAll('[role="dialog"] label')]
      .find((each) => each.textContent === label)!.parentElement!.querySelector('button')!
    expect(box('Seed').getAttribute('aria-checked')).toBe('false')
    box('Seed').click()
    await settle()
    box('Curve').click()
    await settle()
    const titles = screen.wrapper.findAll('th').map((cell) => cell.text())
    expect([titles.includes('Seed'), titles.includes('Curve'), titles.includes('Name')]).toEqual([true, false, true])
    expect(fake.state.settings.runColumns).toContain('seed')
  })

  it('puts a study under its newest candidate where it is asked for', async () => {
    const study = (role: 'candidate' | 'scratch') => ({ id: 's', role })
    const screen = await runsScreen(createFakeApi({ runs: [
      fakeRun('b', { name: 'Second', createdAt: day(3), study: study('candidate') }), fakeRun('c', { name: 'Control', createdAt: day(4), study: study('scratch') }),
      fakeRun('a', { name: 'First', createdAt: day(2), study: study('candidate') }), fakeRun('d', { name: 'Alone', createdAt: day(1) })
    ] }))
    expect(names(screen)).toEqual(['Control', 'Second', 'First', 'Alone'])
    await screen.wrapper.findAll('label').find((label) => label.text() === 'By study')!.element.parentElement!.querySelector('button')!.click()
    await settle()
    expect(names(screen)).toEqual(['Second', 'Alone'])
    await press(screen, 'Second', 'ArrowRight')
    expect(names(screen)).toEqual(['Second', 'Control', 'First', 'Alone'])
  })

  it('opens a run with Enter', async () => {
    const screen = await runsScreen(createFakeApi({ runs: list() }))
    await press(screen, 'Tuned', 'Enter')
    expect(screen.router.currentRoute.value.path).toBe('/runs/good')
  })

  it('names damaged runs with what to do, and shows the rest', async () => {
    const fake = createFakeApi({ runs: list() })
    fake.handlers.runs.list = () => ({
      runs: fake.state.runs,
      damaged: [{
        path: '/data/runs/torn',
        error: { code: 'damaged', message: { en: 'run.json of torn is cut off.', zh: 'torn 的 run.json 不完整。' }, remedy: { en: 'Delete the folder.', zh: '请删除该文件夹。' } }
      }]
    })
    const screen = await runsScreen(fake)
    expect(screen.wrapper.text()).toContain('One run could not be read')
    expect(screen.wrapper.text()).toContain('run.json of torn is cut off.')
    expect(screen.wrapper.text()).toContain('Delete the folder.')
    expect(names(screen)).toHaveLength(4)
  })

  it('says what a first run is and how to start one when there is none', async () => {
    const screen = await runsScreen(createFakeApi({ runs: [] }), 'zh')
    expect(screen.wrapper.text()).toContain('还没有运行')
    expect(button(screen, '开始迁移')).toBeDefined()
  })
})
