import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { GraftError } from '../../../contract/errors'
import type { JobStatus } from '../../../contract/jobs/status'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { fakeRun } from '../../testing/fake-runs'
import { useDatasetsStore, useJobsStore, useModelsStore, useNoticesStore, useRunsStore, useSettingsStore } from '.'
import { useResource } from './resource'

let fake: FakeApi
beforeEach(() => {
  fake = createFakeApi()
  window.graft = fake.bridge
  setActivePinia(createPinia())
})

describe('what main holds', () => {
  it('is read once, and again when main says it changed', async () => {
    const datasets = useDatasetsStore()
    await Promise.all([datasets.load(), datasets.load()])
    expect(fake.calls.filter(({ name }) => name === 'datasets.list')).toHaveLength(1)
    fake.state.datasets = fake.state.datasets.slice(0, 1)
    fake.emit('datasets', 'changed', {})
    await expect.poll(() => datasets.datasets).toHaveLength(1)
  })

  it('keeps the latest answer when an earlier one comes late', async () => {
    const answers: ((value: string) => void)[] = []
    const resource = useResource('', () => new Promise<string>((resolve) => answers.push(resolve)))
    const [first, second] = [resource.reload(), resource.reload()]
    answers[1]?.('new')
    answers[0]?.('old')
    await Promise.all([first, second])
    expect(resource.value.value).toBe('new')
  })

  it('stays on screen when reading it again fails, and the reason is kept', async () => {
    const datasets = useDatasetsStore()
    await datasets.load()
    fake.handlers.datasets.list = () => { throw new GraftError('x', { en: 'Gone.', zh: '没了。' }) }
    await datasets.reload()
    expect(datasets.datasets.length).toBeGreaterThan(0)
    expect(datasets.error?.message.en).toBe('Gone.')
  })
})

describe('runs', () => {
  it('that change while the list is being read are not set back by it', async () => {
    const runs = useRunsStore()
    const old = { runs: [fakeRun('one', { state: 'running' }), fakeRun('two')], damaged: [] }
    let answer: (() => void) | undefined
    fake.handlers.runs.list = () => new Promise((resolve) => { answer = () => resolve(old) })
    const loaded = runs.load()
    await expect.poll(() => answer).toBeDefined()
    fake.emit('runs', 'changed', { id: 'one', run: fakeRun('one', { state: 'done' }) })
    fake.emit('runs', 'changed', { id: 'two', run: null })
    answer?.()
    await loaded
    expect(runs.runs.map(({ id, state }) => [id, state])).toEqual([['one', 'done']])
  })

  it('change, come and go by themselves, newest first', async () => {
    const runs = useRunsStore()
    await runs.load()
    fake.emit('runs', 'changed', { id: 'later', run: fakeRun('later', { createdAt: '2027-01-01T00:00:00.000Z' }) })
    expect(runs.runs.map(({ id }) => id)).toEqual(['later', 'mnist-run'])
    fake.emit('runs', 'changed', { id: 'mnist-run', run: fakeRun('mnist-run', { name: 'Renamed' }) })
    expect(runs.byId.get('mnist-run')?.name).toBe('Renamed')
    fake.emit('runs', 'changed', { id: 'later', run: null })
    expect(runs.runs.map(({ id }) => id)).toEqual(['mnist-run'])
  })

  it('bring their model when they are done', async () => {
    const models = useModelsStore()
    await models.load()
    fake.state.models = []
    fake.emit('runs', 'changed', { id: 'mnist-run', run: fakeRun('mnist-run') })
    await expect.poll(() => models.models).toEqual([])
  })
})

describe('jobs', () => {
  it('show what works before what waits, and nothing that is over', async () => {
    const jobs = useJobsStore()
    await jobs.load()
    const job = (id: string, state: JobStatus['state']) => fakeJob('train', { id, title: id, state, runId: id })
    fake.emit('jobs', 'changed', job('waiting', 'queued'))
    fake.emit('jobs', 'changed', job('working', 'running'))
    expect(jobs.current?.id).toBe('working')
    expect(jobs.living).toHaveLength(2)
    fake.emit('jobs', 'changed', job('working', 'done'))
    expect(jobs.current?.id).toBe('waiting')
    expect(jobs.ofRun('working')).toBeUndefined()
  })
})

describe('settings', () => {
  it('follow the system until somebody chooses', async () => {
    fake.state.settings = { language: 'system', theme: 'system', device: 'auto' }
    const settings = useSettingsStore()
    await settings.load()
    settings.systemLocale = 'zh-CN'
    expect(settings.language).toBe('zh')
    await settings.set({ language: 'en', theme: 'dark' })
    expect(settings.language).toBe('en')
    await expect.poll(() => document.documentElement.dataset.theme).toBe('dark')
    expect(document.documentElement.lang).toBe('en')
  })

  it('go back to what they were when main refuses', async () => {
    const settings = useSettingsStore()
    await settings.load()
    fake.handlers.settings.set = () => { throw new GraftError('x', { en: 'No.', zh: '不行。' }) }
    await expect(settings.set({ theme: 'dark' })).rejects.toThrow('No.')
    expect(settings.theme).toBe('light')
  })
})

describe('notices', () => {
  it('offer Undo for ten seconds and take the deed back once', async () => {
    const notices = useNoticesStore()
    const undo = vi.fn(() => Promise.resolve())
    notices.offerUndo({ en: 'Deleted.', zh: '已删除。' }, undo)
    expect(notices.notices[0]?.milliseconds).toBe(10_000)
    await notices.notices[0]?.action?.run()
    expect(undo).toHaveBeenCalledTimes(1)
    expect(notices.notices).toEqual([])
  })

  it('take back what was done last, the latest first, also once the notice is gone', async () => {
    const notices = useNoticesStore()
    const done: string[] = []
    for (const name of ['first', 'second']) notices.offerUndo({ en: `Deleted ${name}.`, zh: '' }, async () => { done.push(name) })
    for (const { id } of notices.notices) notices.close(id)
    expect(notices.undoLast()).toBe(true)
    expect(notices.undoLast()).toBe(true)
    expect(notices.undoLast()).toBe(false)
    expect(done).toEqual(['second', 'first'])
    expect(notices.notices.map(({ text }) => text.en)).toEqual(['Taken back: Deleted second.', 'Taken back: Deleted first.'])
  })

  it('say when Undo failed', async () => {
    const notices = useNoticesStore()
    notices.offerUndo({ en: 'Deleted.', zh: '已删除。' }, () => Promise.reject(new GraftError('x', { en: 'Too late.', zh: '太晚了。' })))
    await notices.notices[0]?.action?.run()
    expect(notices.notices).toMatchObject([{ level: 'error', text: { en: 'Too late.' }, milliseconds: null }])
  })

  it('show what main raises', () => {
    const notices = useNoticesStore()
    fake.emit('notices', 'raised', { level: 'warning', text: { en: 'A worker died.', zh: '工作进程已终止。' } })
    expect(notices.notices).toMatchObject([{ level: 'warning', text: { en: 'A worker died.' } }])
  })
})
