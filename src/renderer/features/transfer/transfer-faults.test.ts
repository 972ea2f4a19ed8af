import { describe, expect, it } from 'vitest'
import { GraftError } from '../../../contract/errors'
import { createFakeApi } from '../../testing/fake-api'
import { fakeModel } from '../../testing/fake-library'
import { fakeMethods } from '../../testing/fake-methods'
import { fakeRun, fakeSpec } from '../../testing/fake-runs'
import { settle } from '../../testing/mount'
import { afterChecks, afterPlan, button, fieldOf, startsOf, useTransferScreen } from '../../testing/transfer'
import { dispatchCommand } from '../../shared/commands'

const { close, open, router } = useTransferScreen()

describe('what stands in the way of a start', () => {
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
      close()
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
    expect(router().currentRoute.value.path).toBe('/transfer')
    expect(button(wrapper, 'Start').attributes('disabled')).toBeUndefined()
  })

  it('says what is missing when there is no data set, and leads there', async () => {
    const fake = createFakeApi({ datasets: [] })
    const wrapper = await open(fake)
    await button(wrapper, 'Go to Data').trigger('click')
    await settle()
    expect(router().currentRoute.value.path).toBe('/datasets')
  })

  it('says that one\'s own pictures have no labels yet, and leads to where they get some', async () => {
    const wrapper = await open(createFakeApi(), '/transfer?target=street-photos')
    expect(wrapper.text()).toContain('These pictures have no labels yet.')
    await button(wrapper, 'Label some').trigger('click')
    await settle()
    expect(router().currentRoute.value.fullPath).toBe('/datasets/street-photos?tab=label')
    close()
    expect((await open(createFakeApi(), '/transfer?target=cifar-10')).text()).not.toContain('no labels yet')
    close()
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
})
