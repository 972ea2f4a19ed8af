import type { BrowserWindow } from 'electron'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Awake } from './awake'
import { notifyOfEnd } from './background'

const shown: { title: string, body: string }[] = []
const blockers = new Set<number>()
let nextBlocker = 1
vi.mock('electron', () => ({
  Notification: class {
    static isSupported = (): boolean => true
    constructor(private readonly options: { title: string, body: string }) {}
    on = (): void => undefined
    show = (): void => { shown.push(this.options) }
  },
  powerSaveBlocker: {
    start: (kind: string): number => {
      expect(kind).toBe('prevent-app-suspension')
      blockers.add(nextBlocker)
      return nextBlocker++
    },
    stop: (id: number): void => { blockers.delete(id) }
  },
  app: {}, dialog: {}, Menu: {}, nativeImage: {}, Tray: undefined
}))

const window = (focused: boolean) => ({ isDestroyed: () => false, isFocused: () => focused }) as unknown as BrowserWindow
beforeEach(() => {
  shown.length = 0
  blockers.clear()
})

describe('a notification of the system', () => {
  it('tells a run by its name and how it ended, in the person\'s language', () => {
    notifyOfEnd(window(false), { name: 'Digits', state: 'done' }, 'en', {})
    notifyOfEnd(window(false), { name: 'Digits', state: 'failed' }, 'zh', { notifications: true })
    expect(shown).toEqual([{ title: 'Graft', body: '“Digits” is done' }, { title: 'Graft', body: '“Digits” 失败' }])
  })

  it('is not shown to who looks at the window, nor where it is switched off, nor for a run that somebody cancelled', () => {
    notifyOfEnd(window(true), { name: 'Digits', state: 'done' }, 'en', {})
    notifyOfEnd(window(false), { name: 'Digits', state: 'done' }, 'en', { notifications: false })
    notifyOfEnd(window(false), { name: 'Digits', state: 'cancelled' }, 'en', {})
    expect(shown).toEqual([])
  })
})

describe('the machine', () => {
  it('is kept awake while a job works, by one blocker, and may sleep afterwards', () => {
    const awake = new Awake()
    awake.update(false)
    expect(blockers.size).toBe(0)
    awake.update(true)
    awake.update(true)
    expect(blockers.size).toBe(1)
    awake.update(false)
    expect(blockers.size).toBe(0)
    awake.update(true)
    expect(blockers.size).toBe(1)
  })
})
