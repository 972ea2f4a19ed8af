import { shallowRef } from 'vue'
import { idSchema } from '../../../contract/datasets'

/** The most runs that stand side by side: the contract's and the palette's limit. */
export const maximumRuns = 8

/** The ids in `#/compare?ids=a,b`: each once, at most eight, what is no id left out. */
export function idsOfQuery(query: unknown): string[] {
  const text = Array.isArray(query) ? query.join(',') : typeof query === 'string' ? query : ''
  return [...new Set(text.split(','))].filter((id) => idSchema.safeParse(id).success).slice(0, maximumRuns)
}

/** What was compared last while the window is open. */
export const lastCompared = shallowRef<string[]>([])
