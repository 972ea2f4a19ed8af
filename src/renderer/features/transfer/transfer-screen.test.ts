import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PaceWanted } from '../../../contract/advice'
import { GraftError } from '../../../contract/errors'
import { choice, models } from '../../../contract/parameters'
import { archRef } from '../../../rules/refs'
import { seriousViolations } from '../../testing/accessibility'
import { createFakeApi, fakeMachine, type FakeApi } from '../../testing/fake-api'
import { fakeDatasets, fakeModel } from '../../testing/fake-library'
import { fakeArchitectures, fakeMethods } from '../../testing/fake-methods'
import { fakeBackend, fakeRun, fakeSpec } from '../../testing/fake-runs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { dispatchCommand } from '../../shared/commands'
import { useSettingsStore } from '../../shared/stores'
import { useTransferStore } from './store'

let mounted: Mounted | undefined
async function open(fake: FakeApi, address = '/transfer', language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
  mounted = await openScreen(fake, address, language)
  await afterChecks()
  return mounted.wrapper
}
/** The check of a spec waits a moment for quiet; here the clock stands until it is told to go on. */
async function afterChecks(): Promise<void> {
  await settle()
  vi.advanceTimersByTime(200)
  await settle()
}
/** As long as main is given to say how many runs that would be. */
async function afterPlan(): Promise<void> {
  await afterChecks()
  vi.advanceTimersByTime(300)
  await settle()
}
beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
afterEach(() => {
  vi.useRealTimers()
  mounted?.wrapper.unmount()
  document.body.innerHTML = ''
})

const button = (wrapper: VueWrapper, text: string) => {
  const found = wrapper.findAll('button').find((candidate) => candidate.text().includes(text))
  if (!found) throw new Error(`no button “${text}”`)
  return found
}
const fieldOf = (wrapper: VueWrapper, label: string) => {
  const found = wrapper.findAll('label').find((candidate) => candidate.text() === label)
  if (!found) throw new Error(`no field “${label}”`)
  return wrapper.get(`#${CSS.escape(found.attributes('for') ?? '')}`)
}
const startsOf = (fake: FakeApi) => fake.calls.filter(({ name }) => name === 'runs.start').map(({ input }) => input)

describe('the Transfer screen', () => {
  it('lets a newcomer start at once and leads to the live run', async () => {
    const fake = createFakeApi({ runs: [], models: [] })
    const wrapper = await open(fake)
    expect(wrapper.text()).toContain('Three steps to your first comparison')
    expect(wrapper.text()).toContain('Train Seed CNN with new weights on all 4\u202f500 labelled images of MNIST digits (sample).')
    await button(wrapper, 'Start').trigger('click')
    await settle()
    expect(startsOf(fake)).toMatchObject([{ spec: { source: { model: 'arch:seed-cnn' }, target: { dataset: 'mnist-sample' } } }])
    expect(mounted?.router.currentRoute.value.path).toBe('/runs/started-1')
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

  it('tries how fast this machine is where that decides how long a training is, once, and goes by it', async () => {
    const heavy = fakeArchitectures.map((one) => ({ ...one, multiplyAdds: 2e10 }))
    const { input, architecture } = fakeModel('run:mnist-run', '')
    const fake = createFakeApi({
      architectures: heavy,
      measured: {
        network: archRef(architecture!), input, device: 'auto', backend: fakeBackend, at: '2026-11-30T00:00:00.000Z',
        pace: { looking: 3, training: 1, baseBytes: 1, bytesPerImage: 1, steps: 3 }
      }
    })
    const wrapper = await open(fake)
    await afterChecks()
    expect(fake.calls.filter(({ name }) => name === 'advice.measurePace')).toMatchObject([{ input: { source: 'run:mnist-run', device: 'auto' } }])
    expect(wrapper.text()).toContain('on this machine, which trained on 1 images per second when 3 steps were tried')
    expect(wrapper.text()).not.toContain('on two processor cores')
  })

  describe('of bfloat16', () => {
    const unfold = async (wrapper: VueWrapper): Promise<void> => {
      for (const fold of wrapper.findAll('button[aria-expanded=false]').filter((each) => each.text().startsWith('More settings'))) await fold.trigger('click')
    }
    const choose = async (): Promise<void> => {
      useTransferStore().setValue('training', 'precision', 'bfloat16')
      await afterChecks()
    }
    const { input, architecture } = fakeModel('run:mnist-run', '')
    const tried = {
      network: archRef(architecture!), input, device: 'auto' as const, backend: fakeBackend, at: '2026-11-30T00:00:00.000Z',
      pace: { looking: 3, training: 1, baseBytes: 1, bytesPerImage: 1, steps: 3 }, bfloat16: { speed: 1.723, apart: 0.00214, steps: 10 }
    }
    const tries = (fake: FakeApi) => fake.calls.filter(({ name }) => name === 'advice.measurePace')

    it('says what it gains and costs here, tried once it is chosen', async () => {
      const fake = createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } }, measured: tried })
      const wrapper = await open(fake)
      await unfold(wrapper)
      expect(wrapper.text()).toContain('Once bfloat16 is chosen, a few steps are tried')
      expect(tries(fake)).toEqual([])
      await choose()
      expect(tries(fake)).toMatchObject([{ input: { source: 'run:mnist-run', bfloat16: true } }])
      expect(wrapper.text()).toContain('Here bfloat16 is 1.7 times as fast as float32 with this network; the losses of the same 10 steps differed by 0.2 % on average.')
      await button(wrapper, 'Start').trigger('click')
      await settle()
      expect(startsOf(fake)).toMatchObject([{ spec: { training: { precision: 'bfloat16', functions: true }, chosen: { functions: { en: 'bfloat16 needs them.' } } } }])
    })

    it('says so where it could not be tried', async () => {
      const wrapper = await open(createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } } }))
      await unfold(wrapper)
      await choose()
      expect(wrapper.text()).toContain('What bfloat16 gains here could not be tried.')
    })

    it('cannot be chosen where the machine has it not, and says why', async () => {
      const reason = { en: 'The processor has no instructions for it.', zh: '处理器没有相应的指令。' }
      const wrapper = await open(createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: false, reason } } }))
      await unfold(wrapper)
      const [field] = wrapper.findAllComponents({ name: 'UiSelect' }).filter((each) => each.props('label') === 'Precision')
      expect(field!.props('options')).toMatchObject([{ value: 'float32', label: 'float32', disabled: false }, { value: 'bfloat16', label: 'bfloat16', disabled: true }])
      expect(wrapper.text()).toContain('bfloat16 cannot be used here. The processor has no instructions for it.')
    })

    it('cannot be chosen on another device, nor where steps as functions are switched off by hand', async () => {
      const fake = createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } } })
      const wrapper = await open(fake)
      await unfold(wrapper)
      const isClosed = () => (wrapper.findAllComponents({ name: 'UiSelect' }).find((each) => each.props('label') === 'Precision')!
        .props('options') as { value: string, disabled: boolean }[]).find(({ value }) => value === 'bfloat16')!.disabled
      expect(isClosed()).toBe(false)
      useTransferStore().choose({ device: 'wasm' })
      await afterChecks()
      expect(isClosed()).toBe(true)
      expect(wrapper.text()).toContain('bfloat16 cannot be used here. It is computed on processors alone.')
      useTransferStore().choose({ device: 'cpu' })
      await afterChecks()
      expect(isClosed()).toBe(false)
      useTransferStore().setValue('training', 'functions', false)
      await afterChecks()
      expect(isClosed()).toBe(true)
      expect(wrapper.text()).toContain('bfloat16 cannot be used here. That needs steps as functions')
      await choose()
      expect(tries(fake)).toEqual([])
    })

    it('is not tried where a method learns a head alone, and that is said', async () => {
      const headOnly = fakeMethods.map((one) => one.id === 'fine-tuning' ? { ...one, recipe: { headOnly: true } } : one)
      const fake = createFakeApi({ methods: headOnly, machine: { ...fakeMachine, bfloat16: { available: true } } })
      const wrapper = await open(fake)
      await unfold(wrapper)
      await choose()
      expect(tries(fake)).toEqual([])
      expect(wrapper.text()).toContain('This method learns a head alone: bfloat16 changes nothing.')
      expect(wrapper.text()).not.toContain('could not be tried')
    })

    it.each([[undefined, true], [{ onImages: true }, false]] as const)('is a head alone where no block is trained, unless images go through the network anew (recipe %j)', async (recipe, alone) => {
      const trainedBlocks = choice({
        label: { en: 'Backbone', zh: '主干' }, help: { en: '', zh: '' }, default: 'all',
        options: ['all', 'none'].map((value) => ({ value, label: { en: value, zh: value } }))
      })
      const methods = fakeMethods.map((one) => one.id === 'fine-tuning' ? { ...one, parameters: { ...one.parameters, trainedBlocks }, ...(recipe && { recipe }) } : one)
      const fake = createFakeApi({ methods, machine: { ...fakeMachine, bfloat16: { available: true } }, measured: tried })
      const wrapper = await open(fake)
      await unfold(wrapper)
      useTransferStore().setValue('params', 'trainedBlocks', 'none')
      await choose()
      expect(wrapper.text().includes('This method learns a head alone')).toBe(alone)
      expect(tries(fake)).toHaveLength(alone ? 0 : 1)
      useTransferStore().setValue('params', 'trainedBlocks', 'all')
      await afterChecks()
      expect(wrapper.text()).not.toContain('This method learns a head alone')
    })

    it('asks again how long a start takes once a trial has told', async () => {
      const fake = createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } } })
      let tell: (found: typeof tried) => void = () => undefined
      fake.state.measured = new Promise<typeof tried>((resolve) => { tell = resolve }) as never
      const wrapper = await open(fake)
      const plans = () => fake.calls.filter(({ name }) => name === 'runs.plan').length
      await choose()
      await afterPlan()
      const before = plans()
      await afterPlan()
      expect(plans()).toBe(before)
      tell(tried)
      await afterPlan()
      expect(plans()).toBe(before + 1)
      wrapper.unmount()
    })

    it('is tried no longer once float32 is chosen again or the screen is left', async () => {
      const fake = createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } } })
      fake.state.measured = new Promise<never>(() => undefined) as never
      const wrapper = await open(fake)
      await unfold(wrapper)
      const dropped = () => fake.calls.filter(({ name }) => name === 'advice.dropPace').map(({ input }) => input)
      await choose()
      expect([tries(fake).length, dropped()]).toEqual([1, []])
      useTransferStore().setValue('training', 'precision', 'float32')
      await afterChecks()
      expect(dropped()).toEqual([tries(fake)[0]!.input])
      await choose()
      expect([tries(fake).length, dropped().length]).toEqual([2, 1])
      wrapper.unmount()
      expect(dropped()).toHaveLength(2)
    })
  })

  describe('where a study is computed elsewhere and steps cannot be functions here', () => {
    const heavy = fakeArchitectures.map((one) => ({ ...one, multiplyAdds: 2e10 }))
    const withoutFunctions = { ...fakeMachine, functions: { available: false } }
    const tries = (fake: FakeApi) => fake.calls.filter(({ name }) => name === 'advice.measurePace').map(({ input }) => (input as PaceWanted).source)
    const openAway = async () => {
      const fake = createFakeApi({ architectures: heavy, machine: withoutFunctions })
      fake.state.settings.elsewhere = { use: true, place: { on: 'http://127.0.0.1:8265', store: '/mnt/shared' } }
      const wrapper = await open(fake)
      // As the program's start does.
      await useSettingsStore().load()
      return { fake, wrapper }
    }

    it('a single run goes by this machine', async () => {
      const { fake, wrapper } = await openAway()
      expect(tries(fake)).toEqual(['run:mnist-run'])
      await button(wrapper, 'Start').trigger('click')
      await settle()
      expect(startsOf(fake)).toMatchObject([{ spec: { training: { functions: false } } }])
    })

    it('a study goes by nothing of it', async () => {
      const { fake, wrapper } = await openAway()
      useTransferStore().study.seeds = 3
      useTransferStore().choose({ source: 'arch:seed-cnn', target: 'mnist-sample', method: 'scratch' })
      await afterPlan()
      expect(tries(fake)).toEqual(['run:mnist-run'])
      await button(wrapper, 'Start').trigger('click')
      await settle()
      expect(startsOf(fake)).toMatchObject([{ seeds: 3, spec: { source: { model: 'arch:seed-cnn' }, training: { functions: true } } }])
    })
  })

  it('tries nothing where no machine takes long', async () => {
    const fake = createFakeApi()
    await open(fake)
    expect(fake.calls.map(({ name }) => name)).not.toContain('advice.measurePace')
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

  it('marks a value that cannot be read, and does not start', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    const epochs = fieldOf(wrapper, 'Epochs')
    await epochs.setValue('many')
    expect(epochs.attributes('aria-invalid')).toBe('true')
    expect(wrapper.text()).toContain('Enter a number.')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeDefined()
    dispatchCommand('start')
    await settle()
    expect(startsOf(fake)).toEqual([])
    await epochs.setValue('5')
    await afterChecks()
    expect(button(wrapper, 'Start').attributes('disabled')).toBeUndefined()
  })

  it('begins anew with nothing left in its fields of what was typed before', async () => {
    const fake = createFakeApi()
    const wrapper = await open(fake)
    await fieldOf(wrapper, 'Epochs').setValue('-3')
    expect(wrapper.text()).toContain('They are marked.')
    await mounted?.router.push('/transfer?new=1')
    await afterChecks()
    expect((fieldOf(wrapper, 'Epochs').element as HTMLInputElement).value).toBe('10')
    expect(wrapper.text()).not.toContain('stands in the way')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeUndefined()
  })

  it('names the methods that would do by their titles, each a button', async () => {
    const fake = createFakeApi()
    fake.handlers.runs.check = ({ spec: { method } }) => method.id === 'fine-tuning'
      ? [{
          code: 'no-batch-normalisation', field: 'source.model', message: { en: 'It has none.', zh: '它没有。' },
          methods: { fit: ['scratch', 'linear-probe'], withLabels: [] }
        }]
      : []
    const wrapper = await open(fake)
    expect(wrapper.text()).toContain('Methods that would do: From scratchLinear probe')
    await button(wrapper, 'Linear probe').trigger('click')
    await afterChecks()
    expect(wrapper.text()).not.toContain('stands in the way')
    expect(wrapper.text()).toContain('learn a new head')
  })

  it('greys out a method that needs batch normalisation where the chosen network has none, and says why', async () => {
    const scales = { ...fakeMethods[2]!, id: 'adabn', title: { en: 'AdaBN', zh: 'AdaBN' }, needs: { ...fakeMethods[2]!.needs, batchNormalisation: true } }
    const plain = { ...fakeModel('run:mnist-run', 'A LeNet'), batchNormalisation: false }
    const options = async (model: typeof plain, language: 'en' | 'zh' = 'en') => {
      mounted?.wrapper.unmount()
      document.body.innerHTML = ''
      const wrapper = await open(createFakeApi({ methods: [...fakeMethods, scales], models: [model] }), '/transfer', language)
      await wrapper.get('.arrow').trigger('click')
      await settle()
      return [...document.querySelectorAll('[role="option"]')].find(({ textContent }) => textContent.includes('AdaBN'))!
    }
    const grey = await options(plain)
    expect(grey.getAttribute('data-disabled')).not.toBeNull()
    expect(grey.textContent).toContain('Needs batch normalisation; A LeNet has none.')
    expect((await options(plain, 'zh')).textContent).toContain('需要批归一化，而 A LeNet 没有。')
    // The same architecture with a bottleneck that has it.
    expect((await options({ ...plain, batchNormalisation: true })).getAttribute('data-disabled')).toBeNull()
  })

  it('offers no model as source that another classifier answers for', async () => {
    const forest = { ...fakeModel('run:forest', 'A forest'), classifier: { kind: 'random-forest', title: { en: 'Random forest', zh: '随机森林' } } }
    await open(createFakeApi({ models: [fakeModel('run:mnist-run', 'A LeNet'), forest] }))
    dispatchCommand('find')
    await settle()
    const option = [...document.querySelectorAll('[role="option"]')].find(({ textContent }) => textContent.includes('A forest'))!
    expect(option.getAttribute('data-disabled')).not.toBeNull()
    expect(option.textContent).toContain('Random forest')
  })

  it('says beside Start what stands in the way and at which field', async () => {
    const fake = createFakeApi()
    fake.handlers.runs.check = ({ spec: { training } }) => training.epochs > 100
      ? [{ code: 'invalid-value', field: 'training.epochs', message: { en: 'Too many epochs.', zh: '轮数太多。' }, remedy: { en: 'Take fewer.', zh: '请减少。' } }]
      : []
    const wrapper = await open(fake)
    await fieldOf(wrapper, 'Epochs').setValue('500')
    await afterChecks()
    expect(wrapper.text()).toContain('One thing stands in the way')
    expect(wrapper.text()).toContain('Take fewer.')
    expect(fieldOf(wrapper, 'Epochs').attributes('aria-invalid')).toBe('true')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeDefined()
  })

  it('offers a method that fits where the chosen one does not', async () => {
    const fake = createFakeApi()
    fake.handlers.runs.check = ({ spec: { method, source } }) => method.id === 'fine-tuning' && source.model.startsWith('arch:')
      ? [{ code: 'needs-source-model', field: 'source.model', message: { en: 'Fine-tuning needs a trained source model.', zh: '需要训练好的源模型。' } }]
      : []
    fake.state.runs = [fakeRun('odd', { spec: fakeSpec({ method: { id: 'fine-tuning', params: {} } }) })]
    const wrapper = await open(fake, '/transfer?from=odd')
    expect(wrapper.text()).toContain('Fine-tuning needs a trained source model.')
    await button(wrapper, 'Use From scratch instead').trigger('click')
    await afterChecks()
    expect(wrapper.text()).not.toContain('stands in the way')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeUndefined()
  })

  it('takes a run as source from its address', async () => {
    const fake = createFakeApi()
    fake.state.models = [...fake.state.models, fakeModel('run:other', 'Another model')]
    const wrapper = await open(fake, '/transfer?source=run:other')
    expect(wrapper.get('section[aria-label="Source model"]').text()).toContain('Another model')
    expect(mounted?.router.currentRoute.value.fullPath).toBe('/transfer')
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

  it('keeps what was chosen when the start fails, and says why', async () => {
    const fake = createFakeApi()
    fake.handlers.runs.start = () => {
      throw new GraftError('disk-full', { en: 'The disk is full.', zh: '磁盘已满。' }, { remedy: { en: 'Free some space.', zh: '请释放空间。' } })
    }
    const wrapper = await open(fake)
    await button(wrapper, 'Start').trigger('click')
    await settle()
    const { useNoticesStore } = await import('../../shared/stores')
    expect(useNoticesStore().notices).toMatchObject([{ level: 'error', text: { en: 'The disk is full.' }, remedy: { en: 'Free some space.' } }])
    expect(mounted?.router.currentRoute.value.path).toBe('/transfer')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeUndefined()
  })

  it('says what is missing when there is no data set, and leads there', async () => {
    const fake = createFakeApi({ datasets: [] })
    const wrapper = await open(fake)
    await button(wrapper, 'Go to Data').trigger('click')
    await settle()
    expect(mounted?.router.currentRoute.value.path).toBe('/datasets')
  })

  it('says that one\'s own pictures have no labels yet, and leads to where they get some', async () => {
    const wrapper = await open(createFakeApi(), '/transfer?target=street-photos')
    expect(wrapper.text()).toContain('These pictures have no labels yet.')
    await button(wrapper, 'Label some').trigger('click')
    await settle()
    expect(mounted?.router.currentRoute.value.fullPath).toBe('/datasets/street-photos?tab=label')
    mounted?.wrapper.unmount()
    expect((await open(createFakeApi(), '/transfer?target=cifar-10')).text()).not.toContain('no labels yet')
    mounted?.wrapper.unmount()
    expect((await open(createFakeApi(), '/transfer?target=street-photos', 'zh')).text()).toContain('这些图像还没有标签。标注一些')
  })

  it.each([[26.1e9, true], [1.2e9, false]])('warns where %d bytes are more memory than the machine has', async (bytes, warned) => {
    const fake = createFakeApi()
    fake.handlers.runs.plan = () => ({ runs: 1, twins: 0, seconds: 60, unknown: 0, memory: { bytes, total: 25.3e9 } })
    const wrapper = await open(fake)
    await afterPlan()
    const line = wrapper.findAll('p').find((each) => each.text().includes('of memory'))!
    expect(line.text()).toContain('of 25.3 GB of memory')
    expect([line.classes('short'), line.find('svg').exists(), line.classes('muted')]).toEqual([warned, warned, !warned])
  })

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

  it('shows why it cannot be read, and tries again', async () => {
    const fake = createFakeApi()
    const { list } = fake.handlers.methods
    fake.handlers.methods.list = () => { throw new GraftError('x', { en: 'The catalogue is missing.', zh: '缺少目录。' }) }
    const wrapper = await open(fake)
    expect(wrapper.text()).toContain('The catalogue is missing.')
    fake.handlers.methods.list = list
    await button(wrapper, 'Try again').trigger('click')
    await afterChecks()
    expect(button(wrapper, 'Start').exists()).toBe(true)
  })

  it.each(['en', 'zh'] as const)('has no serious fault of accessibility (%s)', async (language) => {
    const wrapper = await open(createFakeApi(), '/transfer', language)
    for (const toggle of wrapper.findAll('button.toggle')) await toggle.trigger('click')
    vi.useRealTimers()
    expect(await seriousViolations()).toEqual([])
  })
})
