import { everySplit, type Dataset, type SplitName } from '../../contract/datasets'
import { mostSuspects, type ExaminedFinding, type Suspect } from '../../contract/examinations'
import type { Correction, MendPlan } from '../../contract/mending'
import type { Text } from '../../contract/text'

/**
 * What a finding would have done with its pictures: labels as suggested, blank pictures and copies left out, where they flatter
 * a score in the split that is learned from. Nothing where only a person can decide.
 */
export function proposedFor({ id, suspects }: Pick<ExaminedFinding, 'id' | 'suspects'>, classes: readonly string[]): Correction[] {
  const leaveOut = ({ split, position }: Suspect): Correction => ({ do: 'leave-out', split, position })
  switch (id) {
    case 'label-errors': return suspects.flatMap(({ split, position, suggested }): Correction[] =>
      suggested === undefined || classes[suggested] === undefined ? [] : [{ do: 'relabel', split, position, to: classes[suggested] }])
    case 'blank': return suspects.map(leaveOut)
    case 'copies-across-splits': return groupsOf(suspects).flatMap((group) => {
      const last = Math.max(...group.map(({ split }) => everySplit.indexOf(split)))
      return group.filter(({ split }) => everySplit.indexOf(split) < last).map(leaveOut)
    })
    case 'copies-within': return groupsOf(suspects).flatMap((group) => group.slice(1).map(leaveOut))
    default: return []
  }
}

/** Findings of which only a part is proposed, because only so many pictures are listed: how many of how many. */
export function cutShort(
  findings: readonly Pick<ExaminedFinding, 'id' | 'suspects' | 'title' | 'count'>[], classes: readonly string[]
): { title: Text, planned: number, found: number }[] {
  return findings.flatMap((finding) => {
    const planned = proposedFor(finding, classes).length
    return planned > 0 && finding.suspects.length >= mostSuspects && planned < finding.count ? [{ title: finding.title, planned, found: finding.count }] : []
  })
}

/** A plan of these corrections for a data set as it is now; what is left out needs no other correction. */
export function planFor(dataset: Pick<Dataset, 'id' | 'splits'>, corrections: readonly Correction[]): MendPlan {
  const leftOut = new Set(corrections.filter((each) => each.do === 'leave-out').map(placeOf))
  const kept = new Map<string, Correction>()
  for (const each of corrections) if (each.do === 'leave-out' || !leftOut.has(placeOf(each))) kept.set(`${each.do} ${placeOf(each)}`, each)
  return {
    dataset: dataset.id, corrections: [...kept.values()], classes: {},
    images: Object.fromEntries(Object.entries(dataset.splits).map(([split, { sha256 }]) => [split as SplitName, sha256.images]))
  }
}

export const placeOf = ({ split, position }: { split: SplitName, position: number }): string => `${split} ${position}`

function groupsOf(suspects: readonly Suspect[]): Suspect[][] {
  const groups = new Map<number, Suspect[]>()
  for (const suspect of suspects) groups.set(suspect.group ?? -1, [...groups.get(suspect.group ?? -1) ?? [], suspect])
  return [...groups.values()]
}
