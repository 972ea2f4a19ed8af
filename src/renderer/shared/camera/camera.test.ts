import { afterEach, describe, expect, it } from 'vitest'
import TryPanel from '../models/TryPanel.vue'
import { seriousViolations } from '../../testing/accessibility'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { mountIn, settle, type Mounted } from '../../testing/mount'

let mounted: Mounted | undefined
afterEach(() => {
  mounted?.wrapper.unmount()
  if (own) Object.defineProperty(navigator, 'mediaDevices', own)
  else Reflect.deleteProperty(navigator, 'mediaDevices')
})

/** A camera as the page meets one; `pull` takes it out. */
function pretend(refusal?: string) {
  const stopped: string[] = []
  let pull: () => void = () => undefined
  const track = {
    stop: () => { stopped.push('stopped') }, getSettings: () => ({ deviceId: 'front' }),
    addEventListener: (_name: string, listener: () => void) => { pull = listener }
  }
  const wanted: unknown[] = []
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: {
      getUserMedia: async (constraints: unknown) => {
        wanted.push(constraints)
        if (refusal !== undefined) throw new DOMException('', refusal)
        return Object.assign(new MediaStream(), { getTracks: () => [track], getVideoTracks: () => [track] })
      },
      enumerateDevices: async () => [{ kind: 'videoinput', deviceId: 'front', label: '' }, { kind: 'videoinput', deviceId: 'back', label: 'Back' }, { kind: 'audioinput' }]
    }
  })
  return { stopped, wanted, pull: () => pull() }
}

async function open(fake: FakeApi, language: 'en' | 'zh' = 'en') {
  mounted = await mountIn(fake, TryPanel, '/models', language, { model: 'run:mnist-run' })
  await mounted.wrapper.findAll('button').find((button) => /Camera…|摄像头…/.test(button.text()))!.trigger('click')
  await settle()
  return mounted.wrapper
}
const own = Object.getOwnPropertyDescriptor(navigator, 'mediaDevices')
const names = (fake: FakeApi): string[] => fake.calls.map(({ name }) => name).filter((name) => name.startsWith('camera.'))

describe('the camera', () => {
  it.each([
    ['NotFoundError', 'No camera was found.', '没有找到摄像头。'], ['NotReadableError', 'another program is using it', '正被其他程序使用'],
    ['NotAllowedError', 'The system does not let Graft use the camera.', '系统不允许'], ['TypeError', 'could not be turned on', '无法打开']
  ])('says in one sentence what %s means, and lets go of the permission', async (refusal, sentence, chinese) => {
    for (const [language, text] of [['en', sentence], ['zh', chinese]] as const) {
      pretend(refusal)
      const fake = createFakeApi()
      const wrapper = await open(fake, language)
      expect(wrapper.get('[role="alert"]').text()).toContain(text)
      expect(names(fake)).toEqual(['camera.open', 'camera.close'])
      expect(await seriousViolations()).toEqual([])
      mounted?.wrapper.unmount()
    }
  })

  it('is not asked for where the person refused', async () => {
    const { wanted } = pretend()
    const fake = createFakeApi()
    fake.handlers.camera.open = () => 'refused'
    expect((await open(fake)).get('[role="alert"]').text()).toContain('it was not allowed')
    expect(wanted).toEqual([])
  })

  it('is asked for without sound, offers the others, and goes off with its panel', async () => {
    const { wanted, stopped } = pretend()
    const fake = createFakeApi()
    const wrapper = await open(fake)
    expect(wanted).toMatchObject([{ audio: false }])
    expect(wrapper.find('video').exists()).toBe(true)
    expect(wrapper.find('.which').exists()).toBe(true)
    await wrapper.findAll('button').find((button) => button.text() === 'Close the camera')!.trigger('click')
    await settle()
    expect([stopped.length, names(fake).at(-1)]).toEqual([1, 'camera.close'])
    expect(wrapper.find('video').exists()).toBe(false)
  })

  it('that is pulled out is told', async () => {
    const { pull } = pretend()
    const wrapper = await open(createFakeApi())
    pull()
    await settle()
    expect(wrapper.get('[role="alert"]').text()).toContain('The camera was disconnected.')
  })
})
