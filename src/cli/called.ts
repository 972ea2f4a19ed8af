import { commands } from './commands'

/** The command that is called, if it is certain which: the first word, where only flags without a value or with a known one come before it. */
export function commandOf(argv: readonly string[]): string | undefined {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index]!
    if (['--data-dir', '--lang'].includes(word)) index++
    else if (!word.startsWith('-')) return Object.keys(commands).find((name) => name === word)
    else if (!/^(--json|--(data-dir|lang)=.*)$/.test(word)) return undefined
  }
  return undefined
}
