import { mostSuspects, troubles as order, type ExaminedFinding, type Suspect, type Trouble } from '../../contract/examinations'
import { findingWords, type FindingFacts } from '../../rules/examination/words'
import type { LabelIssue } from './label-issues'
import { heldOutTwins, sortLookAlikes, type Picture } from './look-alikes'
import type { Shortcut } from './shortcuts'

interface Found {
  pictures: readonly Picture[]
  classes: readonly string[]
  /** Groups of look-alikes, by place. */
  groups: readonly (readonly number[])[]
  /** The farthest first. */
  outliers: readonly number[]
  troubles: Record<'blank' | 'dark' | 'bright' | 'blurred', readonly number[]>
  issues?: readonly LabelIssue[]
  shortcuts: readonly Shortcut[]
  /** Pictures whose features were looked at, and pictures whose labels were judged. */
  seen: number
  labelled: number
  /** How often the rule that judged them agrees with them. */
  accuracy?: number
}

/** What was found, the worst first, with the pictures that each opens. */
export function findingsOf({ pictures, classes, groups, outliers, troubles, issues = [], shortcuts, seen, labelled, accuracy = 0 }: Found): ExaminedFinding[] {
  const suspect = (place: number): Suspect => {
    const { split, position, label } = pictures[place]!
    return { split, position, ...(label >= 0 && { label }) }
  }
  const finding = (id: Trouble, suspects: readonly Suspect[], facts: Partial<FindingFacts> = {}, more: Partial<ExaminedFinding> = {}): ExaminedFinding[] => {
    const count = facts.count ?? suspects.length
    if (count === 0) return []
    return [{ id, ...findingWords(id, { of: pictures.length, ...facts, count }), count, ...more, suspects: suspects.slice(0, mostSuspects) }]
  }
  const grouped = (list: readonly (readonly number[])[]): Suspect[] =>
    list.flatMap((group, index) => group.map((place) => ({ ...suspect(place), group: index })))
  const { acrossSplits, acrossClasses, within } = sortLookAlikes(groups, pictures)
  const total = (list: readonly (readonly number[])[], of: (group: readonly number[]) => number): number => list.reduce((sum, group) => sum + of(group), 0)
  const all = [
    ...finding('label-errors', issues.map(({ image, suggested, confidence }) => ({ ...suspect(image), suggested, confidence })), { of: labelled, accuracy }),
    ...finding('copies-across-splits', grouped(acrossSplits), {
      count: total(acrossSplits, (group) => heldOutTwins(group, pictures)), inTest: acrossSplits.flat().some((place) => pictures[place]!.split === 'test')
    }),
    ...finding('alike-across-classes', grouped(acrossClasses)),
    ...shortcuts.flatMap(({ sign, label, accuracy: right, images }) =>
      finding('shortcut', images.map(suspect), { class: classes[label] ?? String(label), sign, accuracy: right }, { class: label })),
    ...(Object.keys(troubles) as (keyof typeof troubles)[]).flatMap((trouble) => finding(trouble, troubles[trouble].map(suspect))),
    ...finding('outliers', outliers.map(suspect), { of: seen }),
    ...finding('copies-within', grouped(within), { count: total(within, (group) => group.length - 1) })
  ]
  return all.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}
