import { expect, it } from 'vitest'
import { refusedSwitch } from './switches'

const installed = { packaged: true, standIn: false }

it.each(['--remote-debugging-port=9222', '--remote-debugging-pipe', '--inspect', '--inspect-brk=0.0.0.0:1', '--js-flags=--expose-gc', '-inspect', '--JS-FLAGS=--x'])(
  'an installed Graft does not start with %s', (given) => {
    expect(refusedSwitch(['/usr/lib/graft/graft-window', '--data-dir=/x', given], installed)).toBe(given)
  })

it('it starts with its own flags, and a checkout with all of them', () => {
  expect(refusedSwitch(['graft', '--data-dir', '/x', '--no-sandbox'], installed)).toBeUndefined()
  expect(refusedSwitch(['electron', '--inspect=0', '--remote-debugging-port=0'], { packaged: false, standIn: false })).toBeUndefined()
})

it('a package for tests can be driven by its test, and by nothing else', () => {
  const forTests = { packaged: true, standIn: true }
  expect(refusedSwitch(['graft', '--remote-debugging-port=0'], forTests)).toBeUndefined()
  expect(refusedSwitch(['graft', '--inspect'], forTests)).toBe('--inspect')
})
