import { resolve } from 'node:path'
import { idSchema } from '../../contract/datasets'
import { sharedEnding } from '../../contract/sharing'

/** What the system asks a program to open: a file of runs, or an address that names a run. */
export type Opening = { kind: 'file', path: string } | { kind: 'run', id: string }

/** Addresses of runs: `graft://run/ID`. Whoever follows one only looks: nothing is changed by an address. */
const runAddress = 'graft://run/'

/**
 * What a command line asks to open; undefined where it asks for nothing. Systems put the file or address last, and Chromium
 * may put switches of its own before and after it.
 * @param folder where the command line was given
 */
export function openingOf(argv: readonly string[], folder: string): Opening | undefined {
  for (const part of argv.slice(1).reverse()) {
    if (part.startsWith('-')) continue
    if (part.toLowerCase().startsWith(runAddress)) {
      const id = part.slice(runAddress.length).replace(/\/$/, '')
      // Some systems write an address in small letters.
      const known = [id, id.toUpperCase()].find((each) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(each))
      const found = known ?? id
      return idSchema.safeParse(found).success ? { kind: 'run', id: found } : undefined
    }
    if (part.toLowerCase().endsWith(sharedEnding)) return { kind: 'file', path: resolve(folder, part) }
  }
  return undefined
}
