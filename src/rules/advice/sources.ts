import type { Evidence, RankedSource } from '../../contract/advice'

/** Sources for one target, best first by the nearest neighbours; how many of the other scores put each of them first. */
export function rankSources(seen: readonly { evidence: Pick<Evidence, 'source' | 'name' | 'scores'>, parameters: number }[]): RankedSource[] {
  const others = [...new Set(seen.flatMap(({ evidence }) => evidence.scores.slice(1).map(({ id }) => id)))]
  const valueOf = ({ evidence }: (typeof seen)[number], id: string): number | undefined => evidence.scores.find((score) => score.id === id)?.source?.value
  // A score that speaks of one source alone compares nothing.
  const voting = others.filter((id) => seen.filter((each) => valueOf(each, id) !== undefined).length > 1)
  const first = voting.map((id) => seen.reduce((best, each) => (valueOf(each, id) ?? -Infinity) > (valueOf(best, id) ?? -Infinity) ? each : best))
  return seen.map((each): RankedSource => {
    const neighbours = each.evidence.scores[0]?.source
    return {
      source: each.evidence.source, name: each.evidence.name, parameters: each.parameters, ...(neighbours && { neighbours }),
      votes: first.filter((winner) => winner === each).length, of: voting.filter((id) => valueOf(each, id) !== undefined).length
    }
  }).sort((a, b) => (b.neighbours?.value ?? -1) - (a.neighbours?.value ?? -1))
}
