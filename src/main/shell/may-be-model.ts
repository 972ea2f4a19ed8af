import { readdir, stat } from 'node:fs/promises'

/**
 * Whether something among dropped paths may be a model, by endings alone: a file's own, or one of a file right inside a folder.
 * Pictures and folders of pictures so need no worker to be known as data.
 */
export async function mayBeModel(paths: readonly string[], endings: readonly string[]): Promise<boolean> {
  const fits = (name: string): boolean => endings.some((ending) => name.toLowerCase().endsWith(ending))
  if (paths.some(fits)) return true
  const [path] = paths
  if (paths.length > 1 || path === undefined) return false
  try {
    return (await stat(path)).isDirectory() && (await readdir(path)).some(fits)
  } catch {
    // Gone, or not to be read: what looks at it next says so.
    return false
  }
}
