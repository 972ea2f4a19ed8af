import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import type { FeatureMap } from '../../contract/feature-maps'
import { labelNextWantedSchema, type LabelNext } from '../../contract/labelling'
import type { Similarity } from '../../contract/similarity'
import { xrayWantedSchema, type Xray } from '../../contract/xray'
import { xrayFindings } from '../../rules/examination/xray-words'
import UpdateQuestion from '../features/settings/UpdateQuestion.vue'
import { seriousViolations } from './accessibility'
import { createFakeApi, type FakeApi } from './fake-api'
import { fakeJob } from './fake-jobs'
import { fakeModel } from './fake-library'
import { fakeRun } from './fake-runs'
import { mountIn, openScreen, settle, type Mounted } from './mount'

/*
 * Panels that show something only once a job has answered, each with an answer, in both languages: what axe finds in them.
 */
let mounted: Mounted | undefined
afterEach(() => {
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})
const at = '2026-01-01T00:00:00.000Z'

const labels: LabelNext = {
  wanted: labelNextWantedSchema.parse({ dataset: 'street-photos' }), name: 'Street photos', classes: [], how: 'typical',
  why: { en: 'Each stands for many.', zh: '各自代表许多图像。' },
  pictures: [{ split: 'train', position: 4 }, { split: 'train', position: 9, guess: 'dog', confidence: 0.8 }], waiting: 820, looked: 820, labelled: 0, cached: true, seconds: 1, at
}
const map: FeatureMap = {
  wanted: { models: ['run:done'], dataset: 'mnist-sample', neighbours: 15, images: 500, seed: 1, device: 'auto' }, names: { models: ['Done'], dataset: 'MNIST digits' },
  layers: [{ name: 'block1', title: 'Convolution 32' }], classes: ['zero', 'one'], positions: [3, 5, 8, 9], labels: [0, 1, 1, -1], predicted: [[0, 1, 0, 1]],
  places: [[[0, 0], [1, 0], [0, 1], [1, 1]]], split: 'test', seconds: 1, at
}
const layers = [{ name: 'a', title: 'Convolution 32' }, { name: 'b', title: 'Dense 64' }]
const distances = { mmd: { value: 0.5, halves: 0.01 }, coral: { value: 2, halves: 0.1 }, toldApart: 0.97, aDistance: 1.88 }
const xray: Xray = {
  wanted: xrayWantedSchema.parse({ source: 'run:mnist-run', target: 'digits' }), names: { source: 'MNIST', target: 'Digits', sourceData: 'MNIST' },
  findings: xrayFindings({
    classes: { source: ['0', '1'], target: ['0', '1'] }, shapes: { network: [32, 32, 3], target: [32, 32, 3] },
    target: { appearance: { polarity: 'light-on-dark', border: 0 }, grey: true }, source: { appearance: { polarity: 'dark-on-light', border: 0 }, grey: true },
    hasSourceData: true
  }),
  distances, layers: [{ block: 'block1', title: 'Inverted residual 32', ...distances, text: { en: 'Plainly different.', zh: '明显不同。' } }],
  domains: [{ first: 'art', second: 'sketch', ...distances }],
  shares: [{ class: '0', source: 0.5, estimated: 0.75 }], looked: { target: 600, source: 600 }, cached: true, seconds: 1, at
}

describe.each(['en', 'zh'] as const)('axe finds nothing serious, in %s, in', (language) => {
  const open = async (fake: FakeApi, address: string): Promise<VueWrapper> => {
    mounted = await openScreen(fake, address, language)
    await settle()
    return mounted.wrapper
  }
  /** Presses once it can be pressed: some panels wait for what they are about. */
  const press = async (wrapper: VueWrapper, selector: string): Promise<void> => {
    await expect.poll(() => wrapper.find(selector).attributes('disabled')).toBeUndefined()
    await wrapper.get(selector).trigger('click')
    await settle()
  }
  const answer = async (fake: FakeApi, kind: Parameters<typeof fakeJob>[0]): Promise<void> => {
    fake.emit('jobs', 'changed', fakeJob(kind, { state: 'done' }))
    await settle()
  }
  const nothing = async (): Promise<void> => expect(await seriousViolations()).toEqual([])

  it('the Label tab', async () => {
    const wrapper = await open(createFakeApi({ nextLabels: labels }), '/datasets/street-photos?tab=label')
    expect(wrapper.text()).toContain('820')
    await nothing()
  })

  it('the Studies screen with other machines', async () => {
    const fake = createFakeApi({ runs: [fakeRun('c1', { study: { id: 's', role: 'candidate' } }), fakeRun('t1', { study: { id: 's', role: 'scratch' } })] })
    fake.state.workers = {
      on: 'http://127.0.0.1:8265', engine: 'Ray 2.60.0', slots: 3, notes: [],
      nodes: [{ id: 'a', host: 'alpha', address: '192.0.2.1', head: true, cores: 8, gpus: 1, memoryBytes: 8e9, problems: [] }]
    }
    const wrapper = await open(fake, '/studies?id=s')
    const fold = wrapper.findAll('button[aria-expanded]').find((button) => /^(?:Other machines|其他机器)/.test(button.text()))!
    if (fold.attributes('aria-expanded') === 'false') await fold.trigger('click')
    await settle()
    for (const [label, value] of [[/^(?:Address of the Ray|Ray)/, 'http://127.0.0.1:8265'], [/^(?:Shared folder|共享文件夹)/, '/mnt/shared']] as const) {
      const field = wrapper.get(`#${wrapper.findAll('label').find((each) => label.test(each.text()))!.attributes('for')!}`)
      await field.setValue(value)
      await field.trigger('change')
      await settle()
    }
    await wrapper.findAll('button').find((button) => ['Test', '测试'].includes(button.text()))!.trigger('click')
    await settle()
    await answer(fake, 'check-workers')
    expect(wrapper.text()).toContain('alpha')
    await nothing()
  })

  it('a map of features', async () => {
    const fake = createFakeApi({ runs: [fakeRun('done')], models: [fakeModel('run:done', 'Done')], featureMap: map })
    const wrapper = await open(fake, '/runs/done')
    await press(wrapper, '.map-panel .choice button')
    await answer(fake, 'feature-map')
    expect(wrapper.find('canvas.map').exists()).toBe(true)
    await nothing()
  })

  it('the layers of two models', async () => {
    const runs = [fakeRun('fresh'), fakeRun('tuned', { spec: { ...fakeRun('tuned').spec, source: { model: 'run:fresh' } } })]
    const similarity: Similarity = {
      wanted: { first: 'run:fresh', second: 'run:tuned', dataset: 'mnist-sample', images: 500, seed: 1, device: 'auto' },
      names: { first: 'Fresh', second: 'Tuned', dataset: 'MNIST digits (sample)' }, layers: { first: layers, second: layers }, values: [[1, 0.2], [0.3, 0.4]],
      images: 40, split: 'test', seconds: 1, at
    }
    const fake = createFakeApi({ runs, models: [fakeModel('run:fresh', 'Fresh'), fakeModel('run:tuned', 'Tuned')], similarity })
    const wrapper = await open(fake, '/compare?ids=fresh,tuned')
    const button = wrapper.findAll('button').find((each) => ['Compare layers', '比较各层'].includes(each.text()))
    await button!.trigger('click')
    await settle()
    await answer(fake, 'similarity')
    const words = language === 'zh' ? ['卷积 32', '全连接 64', 'MNIST 手写数字'] : ['Convolution 32', 'Dense 64', 'MNIST digits']
    for (const word of words) expect(wrapper.text()).toContain(word)
    await nothing()
  })

  it('an X-ray with its blocks', async () => {
    const fake = createFakeApi({ xray })
    const wrapper = await open(fake, '/transfer?source=run:mnist-run&target=digits')
    await press(wrapper, '.xray button')
    await answer(fake, 'xray')
    expect(wrapper.get('.xray').text()).toContain(language === 'zh' ? '倒残差 32' : 'Inverted residual 32')
    await nothing()
  })

  it('the known models', async () => {
    const wrapper = await open(createFakeApi(), '/models')
    const fold = wrapper.findAll('button[aria-expanded]').find((button) => /Known models|已知模型/.test(button.text()))!
    if (fold.attributes('aria-expanded') === 'false') await fold.trigger('click')
    await settle()
    expect(wrapper.text()).toContain('ResNet-18')
    await nothing()
  })

  it('the question about new versions', async () => {
    const fake = createFakeApi()
    fake.handlers.updates.state = () => ({ address: 'graft.example.org', ask: true })
    mounted = await mountIn(fake, UpdateQuestion, '/transfer', language)
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain('graft.example.org')
    await nothing()
  })
})
