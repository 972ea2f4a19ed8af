import { describe, expect, it, vi } from 'vitest'
import { models } from '../../../contract/parameters'
import { seriousViolations } from '../../testing/accessibility'
import { createFakeApi } from '../../testing/fake-api'
import { fakeDatasets, fakeModel } from '../../testing/fake-library'
import { fakeRun, fakeSpec } from '../../testing/fake-runs'
import { settle } from '../../testing/mount'
import { afterChecks, afterPlan, button, fieldOf, startsOf, useTransferScreen } from '../../testing/transfer'
import { dispatchCommand } from '../../shared/commands'
import { useTransferStore } from './store'

const { open, router } = useTransferScreen()

describe('the Transfer screen', () => {
  it('lets a newcomer start at once and leads to the live run', async () => {
    const fake = createFakeApi({ runs: [], models: [] })
    const wrapper = await open(fake)
    expect(wrapper.text()).toContain('Three steps to your first comparison')
    expect(wrapper.text()).toContain('Train Seed CNN with new weights on all 4\u202f500 labelled images of MNIST digits (sample).')
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ spec: { source: { model: 'arch:seed-cnn' }, target: { dataset: 'mnist-sample' } } }])
    expect(router().currentRoute.value.path).toBe('/runs/started-1')
  })

  it('keeps the first steps on the screen when the model that comes with Graft has arrived', async () => {
    const embedded = { ...fakeModel('model:lite', 'Lite'), origin: { file: 'a.pth', format: 'pytorch', embedded: true } }
    expect((await open(createFakeApi({ runs: [], models: [embedded] }))).text()).toContain('Three steps to your first comparison')
  })

  it('lets domains of the source be left out, and says what is tested on', async () => {
    const rooms = { ...fakeDatasets()[0]!, id: 'rooms', name: 'Rooms', domains: ['art', 'photo', 'sketch'] }
    const fake = createFakeApi({ datasets: [...fakeDatasets(), rooms], runs: [], models: [] })
    const wrapper = await open(fake)
    useTransferStore().choose({ method: 'dann', sourceDataset: 'rooms', target: 'rooms', domain: 'sketch' })
    await afterChecks()
    // The target's own domain is not among them.
    expect(wrapper.text()).toContain('Learn from these domains')
    expect(wrapper.findAll('[role="group"]:not([aria-label="Fair comparison"]) [role="checkbox"]')).toHaveLength(2)
    await fieldOf(wrapper, 'photo').trigger('click')
    await settle()
    expect(wrapper.text()).toContain('Test on')
    useTransferStore().choose({ testSplit: 'all' })
    await afterChecks()
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ spec: { source: { domains: ['art'] }, target: { domain: 'sketch', testSplit: 'all' } } }])
  })

  it('starts by the keyboard', async () => {
    const fake = createFakeApi()
    await open(fake)
    expect(dispatchCommand('start')).toBe(true)
    await settle()
    expect(startsOf(fake)).toMatchObject([{ name: 'Fine-tuning on UCI optical digits, 5 per class' }])
  })

  it('starts control runs and several seeds along when asked to', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await fieldOf(wrapper, 'Seeds').setValue('3')
    await fieldOf(wrapper, 'With control runs (twins)').trigger('click')
    await afterPlan()
    expect(wrapper.text()).toContain('6 runs, 3 of them controls · about 6 min in all')
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ twins: true, seeds: 3 }])
  })

  it('starts a grid of label budgets and a setting, and nothing while a value cannot be read', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await button(wrapper, 'Vary…').trigger('click')
    await fieldOf(wrapper, 'Labels per class').setValue('5, many')
    await settle()
    expect(wrapper.text()).toContain('Write whole numbers or “all”, with commas between.')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeDefined()
    await fieldOf(wrapper, 'Labels per class').setValue('5, 20 all')
    await afterPlan()
    expect(wrapper.text()).toContain('3 runs · about 3 min in all')
    expect(wrapper.text()).toContain('Needs about 1.2 GB of 16.0 GB of memory.')
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ grid: { 'target.labels': [{ perClass: 5 }, { perClass: 20 }, 'all'] } }])
  })

  it('draws the form from the method\'s schema and starts with what was set in it', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await fieldOf(wrapper, 'Layer-wise decay').setValue('0.5')
    await fieldOf(wrapper, 'Epochs').setValue('3')
    await afterChecks()
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ spec: { method: { params: { layerDecay: 0.5, headFactor: 1, unfreezeEvery: 0 } }, training: { epochs: 3 } } }])
  })

  it('says why a setting was chosen; one click keeps it, and one gives it back', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    expect(wrapper.text()).toContain('Chosen for you: The source knows something already')
    await wrapper.get('button[aria-label="Keep what was chosen: Learning rate"]').trigger('click')
    await afterChecks()
    expect(wrapper.find('button[aria-label="Keep what was chosen: Learning rate"]').exists()).toBe(false)
    await wrapper.get('button[aria-label$=": Learning rate"]').trigger('click')
    await afterChecks()
    expect(wrapper.find('button[aria-label="Keep what was chosen: Learning rate"]').exists()).toBe(true)
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ spec: { training: { learningRate: 0.0005, optimizer: 'adam' }, chosen: { optimizer: { en: expect.any(String) } } } }])
  })

  it('lets saved models be picked beside the source, and says why others cannot be', async () => {
    const fake = createFakeApi({
      models: [
        fakeModel('run:one', 'First run'), fakeModel('run:two', 'Second run'), { ...fakeModel('run:net', 'A LeNet'), architecture: 'lenet' },
        { ...fakeModel('run:forest', 'A forest'), classifier: { kind: 'random-forest', title: { en: 'Random forest', zh: '随机森林' } } }
      ],
      runs: [fakeRun('soup', { spec: fakeSpec({ source: { model: 'run:one' }, method: { id: 'soup', params: { models: [] } } }) })],
      methods: [{
        id: 'soup', family: 'fusion', blocks: 'copied', reference: '', title: { en: 'Soup', zh: '模型汤' }, summary: { en: 'S.', zh: 'S。' },
        sentence: { en: 'Average {source} and {models}.', zh: '平均 {source} 与{models}。' },
        needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'same', teachers: { minimum: 1, maximum: 2, alike: true } },
        parameters: { models: models({ label: { en: 'Models', zh: '模型' }, help: { en: 'H.', zh: 'H。' }, default: [], minimum: 1, maximum: 2 }) }
      }]
    })
    fake.handlers.runs.check = ({ spec: { method } }) => (method.params.models as string[]).length > 0 ? []
      : [{ code: 'invalid-value', field: 'method.params.models', message: { en: 'Models needs at least one entry.', zh: '' } }]
    const wrapper = await open(fake, '/transfer?from=soup')
    await settle()
    await afterChecks()
    // What is missing is not behind the fold.
    expect(wrapper.text()).toContain('Models needs at least one entry.')
    await button(wrapper, 'Add a model').trigger('click')
    await settle()
    const options = [...document.querySelectorAll('[role="option"]')]
    const option = (name: string) => options.find(({ textContent }) => textContent.includes(name))!
    expect(options.map((found) => found.getAttribute('data-disabled') !== null)).toEqual([true, false, true, true])
    expect(option('First run').textContent).toContain('It is the source.')
    expect(option('A LeNet').textContent).toContain('its architecture is lenet, not seed-cnn')
    expect(option('A forest').textContent).toContain('Random forest')
    ;(option('Second run') as HTMLElement).click()
    await afterChecks()
    expect(wrapper.text()).toContain('and 1 other model.')
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ spec: { method: { id: 'soup', params: { models: ['run:two'] } } } }])
  })

  it('begins anew with nothing left in its fields of what was typed before', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await fieldOf(wrapper, 'Epochs').setValue('-3')
    expect(wrapper.text()).toContain('They are marked.')
    await router().push('/transfer?new=1')
    await afterChecks()
    expect((fieldOf(wrapper, 'Epochs').element as HTMLInputElement).value).toBe('10')
    expect(wrapper.text()).not.toContain('stands in the way')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeUndefined()
  })

  it('takes a run as source from its address', async () => {
    const fake = createFakeApi()
    fake.state.models = [...fake.state.models, fakeModel('run:other', 'Another model')]
    const wrapper = await open(fake, '/transfer?source=run:other')
    expect(wrapper.get('section[aria-label="Source model"]').text()).toContain('Another model')
    expect(router().currentRoute.value.fullPath).toBe('/transfer')
  })

  it.each([['en', 'Learned on MNIST digits (sample)', 'right on the test images of UCI optical digits'], ['zh', '在 MNIST digits (sample) 上训练得到', '在 UCI optical digits 的测试图像上']] as const)(
    'says of a run that saw no target label that it learned on its source, and what it was tested on (%s)', async (language, learned, tested) => {
      const adapted = fakeRun('so', {
        spec: fakeSpec({ source: { model: 'arch:seed-cnn', dataset: 'mnist-sample' }, target: { dataset: 'digits', labels: 'none' } }),
        names: { source: 'Seed CNN', target: 'UCI optical digits', method: 'Source only' }
      })
      const fake = createFakeApi({ models: [fakeModel('run:so', 'Source only')], runs: [adapted] })
      const wrapper = await open(fake, '/transfer?source=run:so&target=digits', language)
      const card = wrapper.get(`section[aria-label="${language === 'zh' ? '源模型' : 'Source model'}"]`).text()
      expect(card).toContain(learned)
      expect(card).toContain(tested)
      // The sentence beside Start names the source as the run will.
      expect(wrapper.text()).toContain('Seed CNN · MNIST digits (sample)')
    }
  )

  it('says in the fold of the training how many steps an epoch has, where these end it', async () => {
    const wrapper = await open(createFakeApi())
    const fold = () => wrapper.findAll('button').find((each) => each.text().startsWith('Training'))!.text()
    useTransferStore().setValue('training', 'epochs', 10)
    await afterChecks()
    expect(fold()).toContain('Epochs 10 ·')
    useTransferStore().setValue('training', 'epochSteps', 100)
    await afterChecks()
    expect(fold()).toContain('Epochs 10 × 100 steps ·')
    expect(fold()).not.toContain('Steps per epoch')
  })

  it.each(['en', 'zh'] as const)('has no serious fault of accessibility (%s)', async (language) => {
    const wrapper = await open(createFakeApi(), '/transfer', language)
    for (const toggle of wrapper.findAll('button.toggle')) await toggle.trigger('click')
    vi.useRealTimers()
    expect(await seriousViolations()).toEqual([])
  })
})
