import { effectScope } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import { commandOfKeys, dispatchCommand, offeredCommands, onCommand, useCommands } from './commands'

const keys = (key: string, more: KeyboardEventInit = {}): KeyboardEvent => new KeyboardEvent('keydown', { key, ...more })

describe('keys', () => {
  it.each([
    ['n', 'new-transfer'], ['d', 'add-dataset'], ['i', 'import-model'], ['Enter', 'start'], ['.', 'stop'], ['f', 'find'], ['K', 'palette'], ['1', 'screen-transfer'], ['6', 'screen-settings']
  ])('Ctrl+%s means %s', (key, command) => {
    expect(commandOfKeys(keys(key, { ctrlKey: true }))).toBe(command)
  })

  it('mean nothing without Ctrl, with Alt or beyond the list', () => {
    expect(commandOfKeys(keys('n'))).toBeNull()
    expect(commandOfKeys(keys('n', { ctrlKey: true, altKey: true }))).toBeNull()
    expect(commandOfKeys(keys('7', { ctrlKey: true }))).toBeNull()
    expect(commandOfKeys(keys('c', { ctrlKey: true }))).toBeNull()
  })

  it('? lists them, but not while somebody types', () => {
    expect(commandOfKeys(keys('?', { shiftKey: true }))).toBe('help')
    const input = document.body.appendChild(document.createElement('input'))
    let meant: unknown = 'not asked'
    input.addEventListener('keydown', (event) => { meant = commandOfKeys(event) })
    input.dispatchEvent(keys('?', { shiftKey: true, bubbles: true }))
    expect(meant).toBeNull()
    input.remove()
  })
})

describe('commands', () => {
  it('go to the youngest handler that still lives', () => {
    const [application, screen] = [vi.fn(), vi.fn()]
    const [outer, inner] = [effectScope(), effectScope()]
    outer.run(() => onCommand('stop', application))
    inner.run(() => onCommand('stop', screen))
    dispatchCommand('stop')
    inner.stop()
    dispatchCommand('stop')
    outer.stop()
    expect([application.mock.calls.length, screen.mock.calls.length]).toEqual([1, 1])
    expect(dispatchCommand('stop')).toBe(false)
  })

  it('are offered in the palette while their screen lives and they can be done', () => {
    const scope = effectScope()
    let possible = false
    scope.run(() => useCommands([
      { id: 'one', title: 'One', group: 'x', run: () => undefined },
      { id: 'two', title: 'Two', group: 'x', enabled: () => possible, run: () => undefined }
    ]))
    expect(offeredCommands().map(({ id }) => id)).toEqual(['one'])
    possible = true
    expect(offeredCommands().map(({ id }) => id)).toEqual(['one', 'two'])
    scope.stop()
    expect(offeredCommands()).toEqual([])
  })
})
