import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { fakeJob } from '../../testing/fake-jobs'
import { openScreen, settle, type Mounted } from '../../testing/mount'
import { doctorText } from './doctor'

let open: Mounted | undefined
const screen = async (fake: FakeApi, language: 'en' | 'zh' = 'en'): Promise<Mounted> => (open = await openScreen(fake, '/settings', language))
afterEach(() => open?.wrapper.unmount())

describe('the settings screen', () => {
  it('tells which backend runs, why the better one does not, and what would change that', async () => {
    const { wrapper } = await screen(createFakeApi())
    expect(wrapper.get('.backend.chosen').text()).toContain('Processor')
    expect(wrapper.get('.backend.chosen').text()).toContain('TensorFlow 2.16.1 · Intel Xeon (2 cores) · 2 threads · oneDNN on')
    expect(wrapper.text()).toContain('No NVIDIA driver answers.')
    expect(wrapper.text()).toContain('Install the NVIDIA driver, then run set-up again.')
    expect(wrapper.text()).toContain('84.0 GB free')
  })

  it('tells it in Chinese too', async () => {
    const { wrapper } = await screen(createFakeApi(), 'zh')
    expect(wrapper.text()).toContain('没有 NVIDIA 驱动响应。')
    expect(wrapper.text()).toContain('使用中')
  })

  it('opens the folders', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await wrapper.get('[aria-label="Open the folder: Data, models and runs"]').trigger('click')
    await wrapper.get('[aria-label="Open the folder: Logs"]').trigger('click')
    await settle()
    expect(fake.calls.filter((call) => call.name === 'app.openFolder').map((call) => call.input)).toEqual([{ kind: 'data' }, { kind: 'logs' }])
  })

  it('moves the data: looks at the folder, copies, and starts again with the copy', async () => {
    const fake = createFakeApi()
    const { wrapper } = await screen(fake)
    await wrapper.findAll('button').find((button) => button.text() === 'Move…')!.trigger('click')
    await settle()
    const dialog = (): HTMLElement => document.querySelector<HTMLElement>('[role="dialog"]')!
    expect(dialog().textContent).toContain('1.2 GB are copied to /home/ada/pictures/flowers.')
    const press = async (text: string): Promise<void> => {
      [...dialog().querySelectorAll('button')].find((button) => button.textContent?.trim() === text)!.click()
      await settle()
    }
    await press('Copy and restart')
    fake.emit('jobs', 'changed', fakeJob('move-data', { progress: { phase: 'copying', done: 6e8, total: 12e8, secondsLeft: 9 } }))
    await settle()
    expect(dialog().textContent).toContain('600 MB / 1.2 GB')
    fake.emit('jobs', 'changed', fakeJob('move-data', { state: 'done' }))
    await settle()
    expect(fake.calls.filter(({ name }) => name === 'app.moveData').map(({ input }) => input)).toEqual([{ path: '/home/ada/pictures/flowers' }])
    expect(dialog().textContent).toContain('Graft starts again')
  })

  it('says why the data cannot be moved where something else names their folder', async () => {
    const fake = createFakeApi()
    const { info } = fake.handlers.app
    fake.handlers.app.info = () => ({ ...info(undefined) as object, dataDirNamedBy: 'environment', dataDirBefore: '/old' }) as never
    const { wrapper } = await screen(fake)
    expect(wrapper.findAll('button').some((button) => button.text() === 'Move…')).toBe(false)
    expect(wrapper.text()).toContain('Named by GRAFT_DATA_DIR')
    expect(wrapper.text()).toContain('the data lay in /old')
  })

  it('says what happened when the engine cannot be looked at, and looks again on request', async () => {
    const fake = createFakeApi()
    const { doctor } = fake.handlers.app
    fake.handlers.app.doctor = () => { throw new Error('no worker') }
    const { wrapper } = await screen(fake)
    expect(wrapper.get('[role="alert"]').text()).toContain('no worker')
    fake.handlers.app.doctor = doctor
    await wrapper.findAll('button').find((button) => button.text() === 'Try again')!.trigger('click')
    await settle()
    expect(wrapper.find('[role="alert"]').exists()).toBe(false)
    expect(wrapper.text()).toContain('in use')
  })

  it('lists the keys and the licences', async () => {
    const { wrapper } = await screen(createFakeApi())
    expect(wrapper.text()).toContain('Command palette')
    expect(wrapper.text()).toContain('Apache License 2.0')
    expect(wrapper.text()).toContain('BlueOak-1.0.0')
  })
})

describe('the report as text', () => {
  it('has one line per fact', async () => {
    const fake = createFakeApi()
    const text = doctorText(await fake.handlers.app.doctor(undefined) as never, { version: '0.1.0', platform: 'linux' })
    expect(text.split('\n')).toEqual(expect.arrayContaining([
      'Graft 0.1.0 on linux',
      'Runs on cpu: TensorFlow 2.16.1, Intel Xeon (2 cores), 2 threads, oneDNN on',
      'gpu: not available; No NVIDIA driver answers.; Install the NVIDIA driver, then run set-up again.',
      'free disk 84.0 GB'
    ]))
  })
})
