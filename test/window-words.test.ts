import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { windowWords } from '../src/renderer/shared/i18n/window-words'
import { projectFiles } from './markdown'

/** Where messages come from that the window shows as they are. */
const rooms = /^src\/(?:contract|rules|images|library|engine|main|supervision|worker)\/.*\.ts$/
/** Words of a terminal: a flag, a variable of the environment, a command. */
const ofTheTerminal = /(?<![\w-])--[a-z]|GRAFT_[A-Z]|`graft |\bgraft (?:datasets|models|runs|run|study) [a-z]/

it('shows nothing of the command line in the window', () => {
  const texts = projectFiles().filter((path) => rooms.test(path) && !/\.test\.ts$|testing/.test(path)).flatMap((path) =>
    readFileSync(path, 'utf8').split('\n').filter((line) => /\b(?:en|zh): /.test(line) && ofTheTerminal.test(line)).map((line) => ({ path, line })))
  // There are some, or this looks in the wrong place.
  expect(texts.length).toBeGreaterThan(10)
  const left = texts.filter(({ line }) => {
    // A line holds one language or both: each language's words are looked for in it.
    const said = windowWords({ en: windowWords({ en: '', zh: line }).zh, zh: '' }).en
    return ofTheTerminal.test(said)
  })
  expect(left).toEqual([])
})
