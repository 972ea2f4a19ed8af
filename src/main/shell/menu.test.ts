import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it } from 'vitest'
import { commandSchema } from '../../contract/app'
import { menuTemplate } from './menu'

const flatten = (items: MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  items.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? flatten(item.submenu) : [])])
const menu = (change: Partial<Parameters<typeof menuTemplate>[0]> = {}) => {
  const commands: string[] = []
  const template = menuTemplate({
    language: 'en', platform: 'linux', development: false, command: (name) => commands.push(name), about: () => commands.push('about'), ...change
  })
  return { items: flatten(template), commands }
}

describe('menuTemplate', () => {
  it.each(['linux', 'win32', 'darwin'])('carries every command of the window once, with its keys, on %s', (platform) => {
    const { items } = menu({ platform })
    const ids = items.flatMap(({ id, accelerator }) => id !== undefined && accelerator !== undefined ? [id] : [])
    expect([...ids].sort()).toEqual([...commandSchema.options].sort())
  })

  it('sends the command to the window', () => {
    const { items, commands } = menu()
    for (const { id, click } of items) if (id === 'palette') (click as () => void)()
    expect(commands).toEqual(['palette'])
  })

  it('speaks both languages', () => {
    expect(menu({ language: 'zh' }).items.map(({ label }) => label)).toContain('新建迁移')
    expect(menu().items.map(({ label }) => label)).toContain('New transfer')
  })

  it('has developer tools in development only', () => {
    const roles = (development: boolean) => menu({ development }).items.map(({ role }) => role)
    expect(roles(true)).toContain('toggleDevTools')
    expect(roles(false)).not.toContain('toggleDevTools')
    expect(roles(false)).not.toContain('reload')
  })
})
