import type { Spec } from '../../contract/runs'
import { keyOf, withSeed } from './plan'

/** For each spec the settings in which they differ, by dotted path; seeds do not count. */
export function differingSettings(specs: readonly Spec[]): Record<string, unknown>[] {
  const flat = specs.map((spec) => flatten(withSeed(spec, 0)))
  const paths = [...new Set(flat.flatMap((spec) => Object.keys(spec)))]
    .filter((path) => new Set(flat.map((spec) => keyOf(spec[path] ?? null))).size > 1)
  return flat.map((spec) => Object.fromEntries(paths.flatMap((path) => path in spec ? [[path, spec[path]]] : [])))
}

function flatten(value: object, within = ''): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).flatMap(([name, entry]): [string, unknown][] => {
    const path = `${within}${name}`
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.entries(flatten(entry as object, `${path}.`)) : [[path, entry]]
  }))
}
