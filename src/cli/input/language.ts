import { languages, type Language } from '../../contract/text'

/** The arguments that can be flags: all before a bare `--`. */
const flagsOf = (argv: readonly string[]): readonly string[] => {
  const end = argv.indexOf('--')
  return end === -1 ? argv : argv.slice(0, end)
}

/**
 * The language to use: `--lang`, or else the system's locale. It is found before anything is parsed, because help and
 * messages about wrong usage need it too.
 */
export function languageOf(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const flags = flagsOf(argv)
  const asked = flags.flatMap((flag, index) =>
    flag === '--lang' ? [flags[index + 1] ?? ''] : flag.startsWith('--lang=') ? [flag.slice('--lang='.length)] : [])
  const known = languages.find((language) => language === asked.at(-1))
  if (known) return known
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

/** Whether the caller wants one JSON document on stdout. It is found before parsing, so that wrong usage is JSON too. */
export function wantsJson(argv: readonly string[]): boolean {
  return flagsOf(argv).includes('--json')
}
