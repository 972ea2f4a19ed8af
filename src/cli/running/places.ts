import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The folder of the embedded samples, seen from the program's folder. In an installed program it lies beside that
 * (`resources/{engine,samples,runtime}`), in a checkout in `resources` beside `out`.
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
