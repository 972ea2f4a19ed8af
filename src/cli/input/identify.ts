import type { Run } from '../../contract/runs'
import { idIn, readRef } from '../../rules/refs'
import type { Library } from '../../library'
import { usageError } from '../output/errors'
import { readId } from './options'

/** A beginning or end of an id must have at least this many characters to stand for the whole. */
const shortestAbbreviation = 4

/**
 * The run that a person means: its id, `run:<id>`, or a beginning or end of the id that only one run has.
 * @throws GraftError (usage) when there is none, or several
 */
export async function findRun(library: Library, text: string): Promise<Run> {
  const ref = readRef(text)
  const id = idIn('run', ref) ?? readId(text, 'RUN', 'run')
  const { runs } = await library.runs.overview()
  const wanted = id.toUpperCase()
  const matches = runs.filter((run) => run.id === id || (id.length >= shortestAbbreviation
    && (run.id.toUpperCase().startsWith(wanted) || run.id.toUpperCase().endsWith(wanted))))
  const exact = matches.find((run) => run.id === id)
  if (exact) return library.runs.get(exact.id)
  const [only] = matches
  // It is not in the list. The store says whether it is damaged or missing.
  if (!only) return library.runs.get(id)
  if (matches.length === 1) return library.runs.get(only.id)
  const shown = matches.slice(0, 5).map((run) => run.id).join(', ')
  throw usageError('ambiguous-run', {
    en: `"${text}" fits ${matches.length} runs: ${shown}.`, zh: `“${text}”符合 ${matches.length} 次运行：${shown}。`
  }, { field: 'run', remedy: { en: 'Give more of the id.', zh: '请给出更完整的 id。' } })
}
