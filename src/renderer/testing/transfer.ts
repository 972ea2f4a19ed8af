import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, vi } from 'vitest'
import type { FakeApi } from './fake-api'
import { openScreen, settle, type Mounted } from './mount'

/** The Transfer screen under a clock that stands until it is told to go on; call it once in a test's file. */
export function useTransferScreen() {
  let mounted: Mounted | undefined
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
  afterEach(() => {
    vi.useRealTimers()
    mounted?.wrapper.unmount()
    document.body.innerHTML = ''
  })
  return {
    async open(fake: FakeApi, address = '/transfer', language: 'en' | 'zh' = 'en'): Promise<VueWrapper> {
      mounted = await openScreen(fake, address, language)
      await afterChecks()
      return mounted.wrapper
    },
    close: () => { mounted?.wrapper.unmount() },
    router: () => mounted!.router
  }
}

/** The check of a spec waits a moment for quiet. */
export async function afterChecks(): Promise<void> {
  await settle()
  vi.advanceTimersByTime(200)
  await settle()
}

/** As long as main is given to say how many runs that would be. */
export async function afterPlan(): Promise<void> {
  await afterChecks()
  vi.advanceTimersByTime(300)
  await settle()
}

/** The first button with these words. @throws Error where there is none */
export function button(wrapper: VueWrapper, text: string) {
  const found = wrapper.findAll('button').find((candidate) => candidate.text().includes(text))
  if (!found) throw new Error(`no button “${text}”`)
  return found
}

/** The control that a label stands for. @throws Error where there is none */
export function fieldOf(wrapper: VueWrapper, label: string) {
  const found = wrapper.findAll('label').find((candidate) => candidate.text() === label)
  if (!found) throw new Error(`no field “${label}”`)
  return wrapper.get(`#${CSS.escape(found.attributes('for') ?? '')}`)
}

export const startsOf = (fake: FakeApi) => fake.calls.filter(({ name }) => name === 'runs.start').map(({ input }) => input)
