import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { seriousViolations } from '../../testing/accessibility'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob, trainingProgress } from '../../testing/fake-jobs'
import { fakeMetrics, fakeProgress, fakeRun } from '../../testing/fake-runs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { dispatchCommand } from '../../shared/commands'

let mounted: Mounted | undefined
async function open(fake: FakeApi, id: string, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, `/runs/${id}`, language)
  await drawn()
  return mounted.wrapper
}
/** Past the frame in which news is drawn: the longest pause between two, on a clock that stands otherwise. */
async function drawn(): Promise<void> {
  await settle()
  vi.advanceTimersByTime(1100)
  await settle()
}
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'requestAnimationFrame', 'cancelAnimationFrame', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
const button = (wrapper: VueWrapper, text: string) => wrapper.findAll('button').find((candidate) => candidate.text().includes(text))
const chart = (wrapper: VueWrapper, title: string): string =>
  wrapper.findAll('canvas').map((canvas) => canvas.attributes('aria-label') ?? '').find((label) => label.startsWith(title)) ?? ''
const named = (fake: FakeApi, name: string) => fake.calls.filter((call) => call.name === name).map(({ input }) => input)

function living() {
  const run = fakeRun('live', { state: 'running', epochs: 0, startedAt: new Date().toISOString() })
  const fake = createFakeApi({
    runs: [run], jobs: [fakeJob('train', { title: run.name, runId: 'live', progress: trainingProgress(fakeProgress(run, 0)) })]
  })
  return { run, fake }
}

describe('the live run', () => {
  it('draws what comes in: progress, loss and accuracy', async () => {
    const { run, fake } = living()
    fake.state.metrics.set('live', fakeMetrics(1))
    const wrapper = await open(fake, 'live')
    expect(chart(wrapper, 'Accuracy')).toContain('at Epoch 1')
    fake.emit('runs', 'progress', { progress: fakeProgress(run, 34), metrics: fakeMetrics(2) })
    await drawn()
    expect(chart(wrapper, 'Accuracy')).toContain('at Epoch 2')
    expect(chart(wrapper, 'Loss')).toContain('Training:')
    expect(wrapper.text()).toContain('3 of 10')
    expect(wrapper.text()).toContain('1\u202f240')
    expect(wrapper.findAll('[role="progressbar"]').map((bar) => bar.attributes('aria-valuenow'))).toContain('20')
  })

  it('is not moved by another run\'s progress', async () => {
    const { fake } = living()
    const wrapper = await open(fake, 'live')
    fake.emit('runs', 'progress', { progress: fakeProgress(fakeRun('other', { state: 'running' }), 34), metrics: fakeMetrics(2) })
    await drawn()
    expect(chart(wrapper, 'Accuracy')).not.toContain('Epoch 2')
  })

  it('cancels by its button and by the keyboard', async () => {
    const { fake } = living()
    const wrapper = await open(fake, 'live')
    await button(wrapper, 'Cancel')?.trigger('click')
    expect(named(fake, 'runs.cancel')).toEqual([{ id: 'live' }])
    await drawn()
    expect(wrapper.text()).toContain('Cancelled')
    expect(button(wrapper, 'Resume')).toBeDefined()
    dispatchCommand('start')
    await settle()
    expect(named(fake, 'runs.resume')).toEqual([{ id: 'live' }])
  })

  it('stops after this epoch and says so', async () => {
    const { fake } = living()
    const wrapper = await open(fake, 'live')
    await button(wrapper, 'Stop after this epoch')?.trigger('click')
    await settle()
    expect(named(fake, 'runs.stopAfterEpoch')).toEqual([{ id: 'live' }])
    expect(wrapper.text()).toContain('Stops when this epoch is over.')
  })

  it('tells a process that does not answer from one that works', async () => {
    const { run, fake } = living()
    const wrapper = await open(fake, 'live')
    fake.emit('jobs', 'changed', fakeJob('train', { title: run.name, state: 'unresponsive', runId: 'live' }))
    await settle()
    expect(wrapper.text()).toContain('has not answered for a while')
  })
})

describe('a run that was interrupted', () => {
  it('says what happened and goes on from its checkpoint', async () => {
    const fake = createFakeApi({
      runs: [fakeRun('broken', {
        state: 'interrupted', epochs: 4, checkpoint: { epoch: 4, step: 70, savedAt: '2026-05-04T15:04:00.000Z' },
        error: { code: 'worker-killed', message: { en: 'The process was killed.', zh: '进程被终止。' }, details: 'SIGKILL' }
      })]
    })
    const wrapper = await open(fake, 'broken')
    expect(wrapper.get('[role="alert"]').text()).toContain('The process was killed.')
    expect(wrapper.text()).toContain('Resume goes on from epoch 5, step 70.')
    const resume = wrapper.findAll('button').filter((candidate) => candidate.text() === 'Resume')
    expect(resume).toHaveLength(1)
    await resume[0]?.trigger('click')
    await settle()
    expect(named(fake, 'runs.resume')).toEqual([{ id: 'broken' }])
  })
})

describe('a run that failed', () => {
  it('offers to change its settings before it would fail the same way again', async () => {
    const fake = createFakeApi({
      runs: [fakeRun('steep', { state: 'failed', epochs: 1, error: { code: 'loss-not-finite', message: { en: 'The loss became NaN.', zh: '损失变为 NaN。' } } })]
    })
    const wrapper = await open(fake, 'steep')
    const inPanel = wrapper.get('[role="alert"]').findAll('button').map((candidate) => candidate.text())
    expect(inPanel).toEqual(['Repeat with changes', 'Resume'])
    await button(wrapper, 'Repeat with changes')?.trigger('click')
    await settle()
    expect(mounted?.router.currentRoute.value.path).toBe('/transfer')
  })
})

describe('a run whose epoch was chosen without target labels', () => {
  const selection = {
    images: { split: 'validation' as const, n: 130 }, score: 'information-maximisation', epoch: 2, accuracy: 0.7,
    choices: [
      { score: 'information-maximisation', epoch: 2, value: 1.4, accuracy: 0.7 }, { score: 'entropy', epoch: 5, value: 0.2, accuracy: 0.4 },
      { score: 'last', epoch: 5, accuracy: 0.4 }
    ],
    best: { epoch: 3, accuracy: 0.731 }, cost: 0.031, predictedClasses: { count: 1.44, of: 10, collapsed: true }
  }

  it('says which score chose, what not looking cost, and warns of a collapse', async () => {
    const wrapper = await open(createFakeApi({ runs: [fakeRun('blind', { selection })] }), 'blind')
    expect(wrapper.text()).toContain('Epoch 2 was kept, by information maximisation on 130 held-out target images.')
    expect(wrapper.text()).toContain('epoch 3 would have been kept (73.1\u202f%). Not looking cost 3.1 points.')
    expect(wrapper.text()).toContain('They fall into about 1.4 of 10 classes.')
    expect(wrapper.findAll('tr.chose').map((row) => row.text())).toEqual([expect.stringContaining('Information maximisation')])
  })

  it('is quiet where the predictions did not collapse and looking would have changed nothing', async () => {
    const calm = { ...selection, best: { epoch: 2, accuracy: 0.7 }, cost: 0, predictedClasses: { count: 9.6, of: 10, collapsed: false } }
    const wrapper = await open(createFakeApi({ runs: [fakeRun('calm', { selection: calm })] }), 'calm', 'zh')
    expect(wrapper.text()).toContain('不看标签没有代价')
    expect(wrapper.text()).not.toContain('坍缩')
  })
})

describe('a run that is done', () => {
  it('tells its settings in the words of the schema', async () => {
    const wrapper = await open(createFakeApi(), 'mnist-run')
    expect(wrapper.text()).toContain('OptimiserSGD with momentum')
    expect(wrapper.text()).toContain('Best epoch byAutomatic')
  })

  it('shows its accuracy with the interval, a bar per class and what was taken for what', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake, 'mnist-run')
    const score = fake.state.runs[0]?.metrics.test
    expect(wrapper.text()).toContain(`${((score?.accuracy ?? 0) * 100).toFixed(1)}\u202f%`)
    expect(wrapper.text()).toContain('95 % interval')
    expect(wrapper.findAll('[role="gridcell"]')).toHaveLength(100)
    await wrapper.findAll('[role="gridcell"]')[0]?.trigger('click')
    expect(wrapper.text()).toMatch(/True 0, predicted 0: \d+ of 59/)
  })

  it('becomes a source, a comparison or a repetition', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake, 'mnist-run')
    await button(wrapper, 'Compare')?.trigger('click')
    await settle()
    expect(mounted?.router.currentRoute.value.fullPath).toContain('/compare?ids=mnist-run')
    await mounted?.router.push('/runs/mnist-run')
    await drawn()
    await button(wrapper, 'Use as source')?.trigger('click')
    await settle()
    expect(mounted?.router.currentRoute.value.path).toBe('/transfer')
    expect(wrapper.get('section[aria-label="Source model"]').text()).toContain('Seed CNN from scratch on MNIST digits')
  })

  it('says so when there is no such run', async () => {
    const wrapper = await open(createFakeApi(), 'nothing')
    expect(wrapper.get('h1').text()).toBe('This run cannot be opened.')
    expect(wrapper.text()).toContain('There is no run nothing.')
  })

  it.each(['en', 'zh'] as const)('has no serious fault of accessibility (%s)', async (language) => {
    const wrapper = await open(createFakeApi(), 'mnist-run', language)
    for (const toggle of wrapper.findAll('button.toggle')) await toggle.trigger('click')
    vi.useRealTimers()
    expect(await seriousViolations()).toEqual([])
  })
})
