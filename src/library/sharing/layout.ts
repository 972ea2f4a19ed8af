import { idSchema } from '../../contract/datasets'

/** The list of what is in a file of runs; it comes first. */
export const manifestName = 'graft.json'

const part = /^[A-Za-z0-9][A-Za-z0-9._-]*$/

/**
 * Whether a path in an archive is one of a run's files that are given on: not its checkpoints, nor what writes and locks leave.
 * Of what passes none can lead out of a run's folder, or hide in it.
 */
export function isShared(name: string): boolean {
  const [runs, id, ...inside] = name.split('/')
  if (runs !== 'runs' || id === undefined || !idSchema.safeParse(id).success || inside.length === 0 || inside.length > 4) return false
  if (!inside.every((each) => part.test(each)) || inside[0] === 'checkpoint') return false
  const file = inside.at(-1)!
  return !/\.(tmp|lock)$|\.damaged-|^owner\./.test(file)
}
