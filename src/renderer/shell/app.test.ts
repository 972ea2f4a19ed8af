import { afterEach, describe, expect, it } from 'vitest'
import App from '../App.vue'
import { seriousViolations } from '../testing/accessibility'
import { createFakeApi, type FakeApi } from '../testing/fake-api'
import { fakeJob, trainingProgress } from '../testing/fake-jobs'
import { fakeProgress, fakeRun } from '../testing/fake-runs'
import { mountIn, settle, type Mounted } from '../testing/mount'
import { lastDrop } from '../shared/drops'

let mounted: Mounted | undefined
async function open(fake: FakeApi = createFakeApi(), address = '/transfer'): Promise<Mounted> {
  mounted = await mountIn(fake, App, address)
  return mounted
}
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
  lastDrop.value = null
})
async function press(key: string, more: KeyboardEventInit = {}): Promise<KeyboardEvent> {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  document.body.dispatchEvent(event)
  await settle(8)
  return event
}
const address = (): string => mounted?.router.currentRoute.value.path ?? ''

describe('the window', () => {
  it('goes to its screens by Ctrl and a digit, and says in the rail where it is', async () => {
    const { wrapper } = await open()
    const event = await press('2', { ctrlKey: true })
    expect(event.defaultPrevented).toBe(true)
    expect(address()).toBe('/runs')
    expect(wrapper.get('nav [aria-current="page"]').text()).toBe('Runs')
  })

  it('carries out the menu\'s commands', async () => {
    const fake = createFakeApi()
    await open(fake)
    fake.emit('app', 'command', 'screen-settings')
    await settle(8)
    expect(address()).toBe('/settings')
  })

  it('finds commands, runs and data sets in the palette', async () => {
    await open()
    await press('k', { ctrlKey: true })
    const options = [...document.querySelectorAll('[role="option"]')].map((option) => option.textContent ?? '')
    expect(options.some((text) => text.includes('Runs'))).toBe(true)
    expect(options.some((text) => text.includes('UCI optical digits'))).toBe(true)
    const run = [...document.querySelectorAll<HTMLElement>('[role="option"]')].find((option) => option.textContent?.includes('Seed CNN from scratch'))
    run?.click()
    await settle(8)
    expect(address()).toBe('/runs/mnist-run')
    expect(document.querySelector('[role="option"]')).toBeNull()
  })

  it('finds methods and settings in the palette, and takes them', async () => {
    const fake = createFakeApi()
    await open(fake)
    const find = async (words: string): Promise<HTMLElement[]> => {
      await press('k', { ctrlKey: true })
      const field = document.querySelector<HTMLInputElement>('.palette input')!
      field.value = words
      field.dispatchEvent(new Event('input', { bubbles: true }))
      await settle(8)
      return [...document.querySelectorAll<HTMLElement>('[role="option"]')]
    }
    ;(await find('Linear probe'))[0]?.click()
    await settle(8)
    expect(mounted?.wrapper.get('.arrow').text()).toContain('Linear probe')
    ;(await find('中文'))[0]?.click()
    await settle(8)
    expect(fake.calls.find(({ name }) => name === 'settings.set')?.input).toEqual({ language: 'zh' })
  })

  it('takes a deletion back by Ctrl and Z, and marks nothing by Ctrl and A', async () => {
    const fake = createFakeApi()
    await open(fake, '/runs')
    const { wrapper } = mounted!
    await wrapper.get('tr[data-index="0"]').trigger('keydown', { key: 'Delete' })
    await settle(8)
    expect((await press('z', { ctrlKey: true })).defaultPrevented).toBe(true)
    expect(fake.calls.some(({ name }) => name === 'runs.restore')).toBe(true)
    // Nothing is left to take back: the key stays the system's.
    expect((await press('z', { ctrlKey: true })).defaultPrevented).toBe(false)
    expect((await press('a', { ctrlKey: true })).defaultPrevented).toBe(true)
  })

  it('shows the queue: what waits is moved, and a whole study cancelled, what waits first', async () => {
    const study = { id: 's', role: 'candidate' as const }
    const runs = [
      fakeRun('one', { name: 'One', state: 'running', study }), fakeRun('two', { name: 'Two', state: 'queued', study: { id: 's', role: 'scratch' } }),
      fakeRun('three', { name: 'Three', state: 'queued' })
    ]
    const fake = createFakeApi({
      runs, jobs: runs.map(({ id, name, state }) => fakeJob('train', { id: `job-${id}`, title: name, state: state === 'running' ? 'running' : 'queued', runId: id }))
    })
    const { wrapper } = await open(fake)
    await wrapper.get('nav .queue').trigger('click')
    await settle(8)
    const button = (label: string) => document.querySelector<HTMLElement>(`[role="dialog"] button[aria-label="${label}"]`)!
    button('Move forward: Three').click()
    await settle(8)
    expect(fake.calls.find(({ name }) => name === 'jobs.move')?.input).toEqual({ id: 'job-three', by: -1 })
    // Where a button has come to its end the other one has the keys.
    expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Move (forward|back): Three$/)
    expect(document.querySelector('[role="dialog"]')!.textContent).toContain('How long it takes is not known yet.')
    button('Cancel all 2 of its study: One').click()
    await settle(8)
    expect(fake.calls.filter(({ name }) => name === 'runs.cancel').map(({ input }) => input)).toEqual([{ id: 'two' }, { id: 'one' }])
  })

  it('leaves the keys of an input method to it: they choose nothing, close nothing and start nothing', async () => {
    await open()
    await press('2', { ctrlKey: true, isComposing: true })
    expect(address()).toBe('/transfer')
    await press('k', { ctrlKey: true })
    const search = document.querySelector<HTMLInputElement>('.palette input')!
    const type = async (key: string, isComposing: boolean): Promise<void> => {
      search.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing, bubbles: true, cancelable: true }))
      await settle(8)
    }
    search.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true }))
    for (const key of ['Enter', 'Escape']) await type(key, true)
    expect(document.querySelector('.palette')).not.toBeNull()
    search.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
    await type('Escape', false)
    expect(document.querySelector('.palette')).toBeNull()
    expect(address()).toBe('/transfer')
  })

  it('lists its keys on ?', async () => {
    await open()
    await press('?', { shiftKey: true })
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain('Ctrl+Enter')
  })

  it('shows the running job at the rail\'s foot and stops it by Ctrl+.', async () => {
    const run = fakeRun('live', { state: 'running', name: 'Digits' })
    const fake = createFakeApi({
      runs: [run], jobs: [fakeJob('train', { id: 'job', title: 'Digits', runId: 'live', progress: trainingProgress(fakeProgress(run, 85)) })]
    })
    const { wrapper } = await open(fake)
    expect(wrapper.get('nav').text()).toContain('Digits')
    expect(wrapper.get('nav').text()).toContain('7 s left')
    expect(wrapper.get('nav [role="progressbar"]').attributes('aria-valuenow')).toBe('50')
    await press('.', { ctrlKey: true })
    expect(fake.calls.filter(({ name }) => name === 'jobs.cancel').map(({ input }) => input)).toEqual([{ id: 'job' }])
  })

  it('takes files dropped anywhere, and says so when what was dropped is none', async () => {
    const fake = createFakeApi()
    const { wrapper } = await open(fake)
    const drag = (type: string, files: File[]): void => {
      const event = new Event(type, { bubbles: true, cancelable: true })
      Object.assign(event, { dataTransfer: { types: ['Files'], files } })
      window.dispatchEvent(event)
    }
    drag('dragenter', [])
    await settle()
    expect(wrapper.text()).toContain('Drop to add')
    drag('drop', [])
    await settle(8)
    expect(wrapper.text()).not.toContain('Drop to add')
    expect(document.body.textContent).toContain('not a file or folder')
  })

  it('tells of a run that broke, leads to it, and is quiet where it is on screen', async () => {
    const fake = createFakeApi()
    await open(fake)
    const raise = (): void => fake.emit('notices', 'raised', { level: 'error', runId: 'mnist-run', text: { en: 'It was interrupted.', zh: '已中断。' } })
    raise()
    await settle(8)
    const show = [...document.querySelectorAll('button')].find((candidate) => candidate.textContent?.includes('Show the run'))
    show?.click()
    await settle(8)
    expect(address()).toBe('/runs/mnist-run')
    raise()
    await settle(8)
    expect(document.body.textContent).not.toContain('It was interrupted.')
  })

  it('leads past the rail to the content', async () => {
    const { wrapper } = await open()
    await wrapper.get('a.skip').trigger('click')
    expect(document.activeElement?.id).toBe('content')
  })

  it('has no serious fault of accessibility', async () => {
    await open(createFakeApi(), '/settings')
    expect(await seriousViolations()).toEqual([])
  })
})
