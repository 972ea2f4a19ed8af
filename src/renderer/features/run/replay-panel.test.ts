import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { seriousViolations } from '../../testing/accessibility'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob, trainingProgress } from '../../testing/fake-jobs'
import { fakeReplay } from '../../testing/fake-replay'
import { fakeProgress, fakeRun } from '../../testing/fake-runs'
import { openScreen, settle, type Mounted } from '../../testing/mount'

let mounted: Mounted | undefined
async function open(fake: FakeApi, id: string, language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, `/runs/${id}`, language)
  await settle()
  return mounted.wrapper
}
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})

function watched(): FakeApi {
  const run = fakeRun('watched')
  const fake = createFakeApi({ runs: [run] })
  fake.state.replays.set('watched', fakeReplay(fake.state.datasets[0]!.id))
  return fake
}
const cloud = (wrapper: VueWrapper): string => wrapper.find('canvas.cloud').attributes('aria-label') ?? ''
const slider = (wrapper: VueWrapper) => wrapper.find<HTMLInputElement>('input[type="range"]')

describe('a training that is looked at again', () => {
  it('says in words what the points show, at the last moment and at every other', async () => {
    const wrapper = await open(watched(), 'watched')
    expect(cloud(wrapper)).toContain('4 points of Photos, Sketches')
    expect(cloud(wrapper)).toContain('Proxy A-distance 0.400 of 2')
    expect(cloud(wrapper)).toContain('Photos: 1 of 2 answered right')
    expect(cloud(wrapper)).not.toContain('Sketches: ')
    await slider(wrapper).setValue('0')
    expect(cloud(wrapper)).toContain('Before the first step')
    expect(cloud(wrapper)).toContain('Proxy A-distance 1.90 of 2')
    expect(slider(wrapper).attributes('aria-valuetext')).toBe('Before the first step')
  })

  it('shows what each picture is taken for and what it was before', async () => {
    const wrapper = await open(watched(), 'watched')
    await slider(wrapper).setValue('1')
    const pictures = wrapper.findAll('.picture img').map((image) => image.attributes('alt'))
    expect(pictures[0]).toMatch(/^cat, taken for cat, 70\.0.%, before: dog$/)
    expect(pictures[1]).toMatch(/^taken for cat, 60\.0.%$/)
  })

  it('says which colours are no labels', async () => {
    const wrapper = await open(watched(), 'watched')
    await wrapper.find('input[type="radio"][value="class"]').setValue(true)
    expect(wrapper.text()).toContain('Hollow: the label was not granted')
    await wrapper.find('input[type="radio"][value="error"]').setValue(true)
    expect(wrapper.text()).toContain('Grey: the label was not granted')
  })

  it('tells more than ten classes apart by a mark, and shows one alone', async () => {
    const fake = watched()
    const replay = fakeReplay(fake.state.datasets[0]!.id)
    const classes = Array.from({ length: 12 }, (_, index) => `class ${index}`)
    fake.state.replays.set('watched', { ...replay, scene: { ...replay.scene, classes } })
    const wrapper = await open(fake, 'watched')
    expect(wrapper.text()).not.toContain('From the eleventh class on')
    await wrapper.find('input[type="radio"][value="class"]').setValue(true)
    expect(wrapper.text()).toContain('From the eleventh class on the colours come again, with a stroke in the point.')
    const entries = wrapper.findAll('.legend button')
    const looks = entries.map((entry) => `${entry.find('svg').attributes('style')} ${entry.find('.mark').exists() ? entry.find('.mark').attributes('d') : ''}`)
    expect(new Set(looks).size).toBe(12)
    await entries[11]!.trigger('click')
    expect(entries.map((entry) => entry.attributes('aria-pressed')).indexOf('true')).toBe(11)
    expect(entries[0]!.classes()).toContain('faint')
    await entries[11]!.trigger('click')
    expect(entries[0]!.classes()).not.toContain('faint')
  })

  it.each(['en', 'zh'] as const)('has no findings of axe, in %s', async (language) => {
    const wrapper = await open(watched(), 'watched', language)
    expect(wrapper.text()).toContain(language === 'zh' ? '学习过程' : 'As it learned')
    expect(await seriousViolations()).toEqual([])
  })

  it('is not there for a run without it, and an error is told where its file is damaged', async () => {
    const fake = watched()
    fake.state.replays.clear()
    const wrapper = await open(fake, 'watched')
    expect(slider(wrapper).exists()).toBe(false)
    expect(wrapper.text()).not.toContain('As it learned')
  })
})

describe('a training that is under way', () => {
  it('shows its learning rate, its memory, and the epoch that is kept so far', async () => {
    const run = fakeRun('live', { state: 'running', epochs: 3, chosen: undefined })
    const fake = createFakeApi({ runs: [run], jobs: [fakeJob('train', {
      title: run.name, runId: 'live',
      progress: trainingProgress({ ...fakeProgress(run, 60), learningRate: 0.003, memoryBytes: 512 * 2 ** 20, keptEpoch: 2 })
    })] })
    const wrapper = await open(fake, 'live')
    expect(wrapper.text()).toMatch(/Learning rate\s*0\.003/)
    expect(wrapper.text()).toMatch(/Memory\s*5\d\d.MB/)
    expect(wrapper.findAll('canvas').map((canvas) => canvas.attributes('aria-label')).find((label) => label?.startsWith('Accuracy')))
      .toContain('epoch 2, the best so far')
  })
})
