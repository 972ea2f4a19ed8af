import { afterEach, describe, expect, it } from 'vitest'
import { createFakeApi, type FakeApi } from '../../testing/fake-api'
import { mountIn, openScreen, settle, type Mounted } from '../../testing/mount'
import { useNoticesStore } from '../../shared/stores'
import UpdateQuestion from './UpdateQuestion.vue'

let open: Mounted | undefined
afterEach(() => open?.wrapper.unmount())

/** A copy that was packed with an address, and what a look there finds. */
function packed(ask: boolean): FakeApi {
  const fake = createFakeApi()
  fake.handlers.updates.state = () => ({ address: 'graft.example.org', ask })
  fake.handlers.updates.look = () => ({ version: '0.2.0', file: { name: 'graft_0.2.0_amd64.deb', bytes: 185_000_000 } })
  return fake
}
const asked = (fake: FakeApi, name: string): unknown[] => fake.calls.filter((call) => call.name === name).map(({ input }) => input)
const dialog = (): HTMLElement | null => document.querySelector<HTMLElement>('[role="dialog"]')
async function press(within: ParentNode, text: string): Promise<void> {
  const button = [...within.querySelectorAll('button')].find((each) => each.textContent?.trim() === text)
  expect(button, text).toBeDefined()
  button!.click()
  await settle()
}

describe('the question whether to look for new versions', () => {
  it.each([['Look once a day', true], ['Do not look', false]])('is answered by “%s”, and says what is sent to whom', async (text, wanted) => {
    const fake = packed(true)
    open = await mountIn(fake, UpdateQuestion)
    expect(dialog()?.textContent).toContain('graft.example.org')
    expect(dialog()?.textContent).toContain('Nothing is sent about you or your data')
    await press(dialog()!, text)
    expect(asked(fake, 'settings.set')).toEqual([{ updates: wanted }])
    expect(asked(fake, 'updates.look')).toEqual([])
    expect(dialog()).toBeNull()
  })

  it('is answered with no by whoever closes it', async () => {
    const fake = packed(true)
    open = await mountIn(fake, UpdateQuestion)
    dialog()!.querySelector<HTMLElement>('.ui-dialog-head button')!.click()
    await settle()
    expect(asked(fake, 'settings.set')).toEqual([{ updates: false }])
  })

  it('is not put where there is nothing to ask, or it was answered', async () => {
    for (const fake of [createFakeApi(), packed(false)]) {
      open = await mountIn(fake, UpdateQuestion)
      expect(dialog()).toBeNull()
      open.wrapper.unmount()
    }
  })
})

describe('new versions in the settings', () => {
  it('are looked for when the person says so, and got by one button', async () => {
    const fake = packed(false)
    open = await openScreen(fake, '/settings')
    expect(asked(fake, 'updates.look')).toEqual([])
    await press(document.body, 'Look now')
    expect(open.wrapper.text()).toContain('Graft 0.2.0 is there. You have 0.1.0.')
    await press(document.body, 'Download (185 MB)')
    expect(asked(fake, 'updates.download')).toHaveLength(1)
    expect(useNoticesStore().notices.at(-1)?.text.en).toContain('whole and signed')
  })

  it('are not there: this is the newest; or the answer was not to be believed', async () => {
    const fake = packed(false)
    fake.handlers.updates.look = () => null
    open = await openScreen(fake, '/settings', 'zh')
    await press(document.body, '立即查看')
    expect(open.wrapper.text()).toContain('Graft 0.1.0 已是最新版本。')
    fake.handlers.updates.look = () => { throw new Error('not signed') }
    await press(document.body, '立即查看')
    expect(useNoticesStore().notices.at(-1)).toMatchObject({ level: 'error' })
  })

  it('are told of wherever the person is, once main has found one', async () => {
    const fake = packed(false)
    open = await mountIn(fake, UpdateQuestion)
    fake.emit('updates', 'found', { version: '0.2.0', file: { name: 'graft_0.2.0_amd64.deb', bytes: 1 } })
    await settle()
    const notice = useNoticesStore().notices.at(-1)
    expect(notice?.text.en).toBe('Graft 0.2.0 is there.')
    await notice?.action?.run()
    expect(asked(fake, 'updates.download')).toHaveLength(1)
  })

  it('are never looked for by a copy that was packed without an address, which says so', async () => {
    open = await openScreen(createFakeApi(), '/settings')
    expect(open.wrapper.text()).toContain('packed without an address')
    expect([...document.querySelectorAll('button')].some((button) => button.textContent?.includes('Look now'))).toBe(false)
  })
})
