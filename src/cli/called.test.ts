import { describe, expect, it } from 'vitest'
import { commandOf } from './called'

describe('the command that is called', () => {
  it.each<[string[], string | undefined]>([
    [['runs', 'list'], 'runs'], [['--data-dir', 'models', 'runs', 'list'], 'runs'], [['--data-dir=models', '--json', 'doctor'], 'doctor'],
    // Where it is none, or not certain, all are loaded: the help and "did you mean" need them.
    [['nothing'], undefined], [['help', 'runs'], undefined], [['--help', 'runs'], undefined], [['-V'], undefined], [[], undefined],
    [['toString'], undefined], [['--', 'runs'], undefined]
  ])('of %j is %s', (argv, command) => {
    expect(commandOf(argv)).toBe(command)
  })
})
