import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, languageOf, SettingsStore } from './settings'

let dataDir: string
let aside: string[]
const open = () => new SettingsStore(dataDir, (path) => aside.push(path))
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'graft-settings-'))
  aside = []
})
afterEach(() => rm(dataDir, { recursive: true }))

describe('SettingsStore', () => {
  it('begins with the defaults and keeps what is changed', async () => {
    expect(await open().get()).toEqual(defaultSettings)
    await open().set({ theme: 'dark' })
    expect(await open().get()).toEqual({ ...defaultSettings, theme: 'dark' })
    expect(aside).toEqual([])
  })

  it('leaves a setting as it is where the change names it without a value', async () => {
    await open().set({ theme: 'dark' })
    expect(await open().set({ theme: undefined, language: 'zh' })).toEqual({ ...defaultSettings, theme: 'dark', language: 'zh' })
  })

  it('loses none of two changes at once', async () => {
    const store = open()
    await Promise.all([store.set({ theme: 'dark' }), store.set({ language: 'zh' })])
    expect(await open().get()).toEqual({ ...defaultSettings, theme: 'dark', language: 'zh' })
  })

  it.each(['{ "schemaVersion": 1, "theme"', '{ "schemaVersion": 1, "theme": "pink" }', ''])(
    'sets a damaged file aside, says so, and begins anew: %s', async (content) => {
      await writeFile(join(dataDir, 'settings.json'), content)
      const store = open()
      expect(await store.get()).toEqual(defaultSettings)
      expect(aside).toHaveLength(1)
      expect(await readFile(aside[0] ?? '', 'utf8')).toBe(content)
      await store.set({ device: 'cpu' })
      expect((await readdir(dataDir)).sort()).toEqual(['settings.json', expect.stringContaining('damaged')])
    }
  )
})

describe('languageOf', () => {
  it('follows the system where told to', () => {
    expect(languageOf('system', 'zh-CN')).toBe('zh')
    expect(languageOf('system', 'de')).toBe('en')
    expect(languageOf('en', 'zh-CN')).toBe('en')
  })
})
