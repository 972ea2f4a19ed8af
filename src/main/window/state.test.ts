import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadWindowState, placeWindow, saveWindowState } from './state'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const state = (x: number, y: number, width = 1000, height = 700) => ({ bounds: { x, y, width, height }, maximised: false })

describe('placeWindow', () => {
  it('opens where it was', () => {
    expect(placeWindow(state(100, 50), [screen])).toEqual({ x: 100, y: 50, width: 1000, height: 700 })
    expect(placeWindow(state(2000, 50), [screen, { ...screen, x: 1920 }])).toMatchObject({ x: 2000 })
  })

  it('comes back to a screen when the one it was on is gone', () => {
    expect(placeWindow(state(2000, 50), [screen])).toEqual({ width: 1000, height: 700 })
    expect(placeWindow(state(100, -500), [screen])).toEqual({ width: 1000, height: 700 })
  })

  it('is no larger than the screen, and no smaller than what can be used', () => {
    expect(placeWindow(state(0, 0, 4000, 3000), [screen])).toMatchObject({ width: 1920, height: 1080 })
    expect(placeWindow(state(0, 0, 10, 10), [screen])).toMatchObject({ width: 900, height: 600 })
    expect(placeWindow(undefined, [screen])).toEqual({ width: 1280, height: 840 })
  })
})

describe('the window\'s state on disk', () => {
  it('comes back as it was saved, and a damaged file is no obstacle', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'graft-state-'))
    const path = join(folder, 'window', 'state.json')
    expect(await loadWindowState(path)).toBeUndefined()
    await saveWindowState(path, { ...state(1, 2), maximised: true })
    expect(await loadWindowState(path)).toMatchObject({ bounds: { x: 1, y: 2 }, maximised: true })
    await writeFile(path, '{')
    expect(await loadWindowState(path)).toBeUndefined()
    await rm(folder, { recursive: true })
  })
})
