import type { Spec } from '../../contract/runs'
import { keyOf, withSeed } from './plan'

/**
 * For each spec the settings that set it apart, by dotted path: its method where they have several, and what differs
 * among the specs of its method (the settings of two methods differ by their defaults alone). Seeds do not count, nor
 * settings that Graft chose, nor labels to choose the epoch that are those to learn from: they follow from what sets the
 * specs apart.
 */
export function differingSettings(specs: readonly Spec[]): Record<string, unknown>[] {
  const chosen = new Set(specs.flatMap((spec) => Object.keys(spec.chosen ?? {}).map((name) => `training.${name}`)))
  const flat = specs.map(({ chosen: _, ...spec }) => flatten(withSeed(spec, 0)))
  const choosing = 'target.validationLabels'
  if (flat.every((spec) => spec[choosing] === undefined || keyOf(spec[choosing]) === keyOf(spec['target.labels']))) chosen.add(choosing)
  const methods = new Set(specs.map(({ method }) => method.id))
  return flat.map((spec) => {
    const alike = flat.filter((other) => other['method.id'] === spec['method.id'])
    const paths = Object.keys(spec).filter((path) => !chosen.has(path) && new Set(alike.map((other) => keyOf(other[path] ?? null))).size > 1)
    return Object.fromEntries([...(methods.size > 1 ? ['method.id'] : []), ...paths].map((path) => [path, spec[path]]))
  })
}

function flatten(value: object, within = ''): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).flatMap(([name, entry]): [string, unknown][] => {
    const path = `${within}${name}`
    // So many labels of each class are one setting, as all of them are.
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry) && !('perClass' in entry)
      ? Object.entries(flatten(entry as object, `${path}.`)) : [[path, entry]]
  }))
}
