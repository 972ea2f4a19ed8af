import type { VueWrapper } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { PaceWanted } from '../../../contract/advice'
import { GraftError } from '../../../contract/errors'
import { choice } from '../../../contract/parameters'
import { archRef } from '../../../rules/refs'
import { createFakeApi, fakeMachine, type FakeApi } from '../../testing/fake-api'
import { fakeModel } from '../../testing/fake-library'
import { fakeArchitectures, fakeMethods } from '../../testing/fake-methods'
import { fakeBackend } from '../../testing/fake-runs'
import { settle } from '../../testing/mount'
import { afterChecks, afterPlan, button, startsOf, useTransferScreen } from '../../testing/transfer'
import { useSettingsStore } from '../../shared/stores'
import { useTransferStore } from './store'

const { open } = useTransferScreen()

describe('trials of how fast this machine is', () => {
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
      const fake = createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } } })
      fake.handlers.advice.measuredPace = () => { throw new GraftError('lost', { en: 'Its process ended.', zh: '' }) }
      const wrapper = await open(fake)
      await unfold(wrapper)
      await choose()
      expect(wrapper.text()).toContain('What bfloat16 gains here could not be tried.')
      expect(tries(fake)).toHaveLength(1)
    })

    it('is tried once more where it gave way to a training, and told then', async () => {
      const fake = createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } } })
      let tell: (found: typeof tried | null) => void = () => undefined
      fake.handlers.advice.measuredPace = () => new Promise<typeof tried | null>((resolve) => { tell = resolve })
      const wrapper = await open(fake)
      await unfold(wrapper)
      await choose()
      tell(null)
      await afterChecks()
      expect(tries(fake)).toHaveLength(2)
      expect(wrapper.text()).toContain('Trying a few steps in bfloat16')
      tell(tried)
      await afterChecks()
      expect(wrapper.text()).toContain('Here bfloat16 is 1.7 times as fast')
    })

    it('is tried no third time', async () => {
      const fake = createFakeApi({ machine: { ...fakeMachine, bfloat16: { available: true } }, measured: null })
      const wrapper = await open(fake)
      await unfold(wrapper)
      await choose()
      expect(tries(fake)).toHaveLength(2)
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
      const dropped = () => fake.calls.filter(({ name }) => name === 'jobs.cancel').map(({ input }) => (input as { id: string }).id)
      await choose()
      expect([tries(fake).length, dropped()]).toEqual([1, []])
      useTransferStore().setValue('training', 'precision', 'float32')
      await afterChecks()
      expect(dropped()).toEqual(['job-measure-pace'])
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
      fake.handlers.advice.measuredPace = () => new Promise<null>(() => undefined)
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
})
