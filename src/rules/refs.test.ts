import { describe, expect, it } from 'vitest'
import { archRef, idIn, importedRef, isTrained, parseRef, readRef, runRef } from './refs'

describe('a reference to a model', () => {
  it('is taken apart once, whatever its id holds', () => {
    expect(parseRef('run:01J.x_y-z')).toEqual({ kind: 'run', id: '01J.x_y-z' })
    expect([archRef('lenet'), importedRef('mine'), runRef('R1')].map(parseRef)).toEqual([
      { kind: 'arch', id: 'lenet' }, { kind: 'model', id: 'mine' }, { kind: 'run', id: 'R1' }
    ])
  })

  it('is read from a text only where the text is one', () => {
    expect(readRef('model:mine')).toBe('model:mine')
    expect(['mine', 'file:mine', 'run:', 'run:../x', 'run:a:b', 7, undefined].map(readRef)).toEqual(Array(7).fill(undefined))
  })

  it('gives its id to who asks for its kind', () => {
    expect([idIn('run', 'run:R1'), idIn('run', 'model:R1'), idIn('arch', null)]).toEqual(['R1', undefined, undefined])
  })

  it('is of something trained, unless it names an architecture or nothing', () => {
    expect((['run:R1', 'model:m', 'arch:lenet', null] as const).map(isTrained)).toEqual([true, true, false, false])
  })
})
