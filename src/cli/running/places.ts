import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Where the embedded samples lie, seen from the program's folder: beside it in an installed program
 * (`resources/{engine,samples,runtime}`), in `resources` beside `out` in a checkout.
 */
export function samplesFolder(programFolder: string, exists = existsSync): string {
  const installed = join(programFolder, '..', 'samples')
  return exists(installed) ? installed : join(programFolder, '..', '..', 'resources', 'samples')
}

/** The native runtime that an installed program carries; undefined in a checkout, where set-up keeps it in the cache. */
export function installedRuntime(programFolder: string, exists = existsSync): string | undefined {
  const folder = join(programFolder, '..', 'runtime')
  return exists(join(folder, 'current.json')) ? folder : undefined
}
