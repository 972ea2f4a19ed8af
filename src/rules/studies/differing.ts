import type { Spec } from '../../contract/runs'
import { keyOf, withSeed } from './plan'

/**
 * For each spec the settings that set it apart, by dotted path. The method counts if the specs have several. Other settings
 * count if they differ among the specs of one method, for two methods differ in their defaults anyway. Seeds never count.
 */
export function differingSettings(specs: readonly Spec[]): Record<string, unknown>[] {
  const flat = specs.map((spec) => flatten(withSeed(spec, 0)))
  const methods = new Set(specs.map(({ method }) => method.id))
  return flat.map((spec) => {
    const alike = flat.filter((other) => other['method.id'] === spec['method.id'])
    const paths = Object.keys(spec).filter((path) => new Set(alike.map((other) => keyOf(other[path] ?? null))).size > 1)
    return Object.fromEntries([...(methods.size > 1 ? ['method.id'] : []), ...paths].map((path) => [path, spec[path]]))
  })
}

function flatten(value: object, within = ''): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).flatMap(([name, entry]): [string, unknown][] => {
    const path = `${within}${name}`
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.entries(flatten(entry as object, `${path}.`)) : [[path, entry]]
  }))
}
