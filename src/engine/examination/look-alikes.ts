import type { SplitName } from '../../contract/datasets'
import { everySplit } from '../../contract/datasets'

/** A picture that was looked at; `label` is −1 where its label was not read. */
export interface Picture { split: SplitName, position: number, label: number }

/** Groups of look-alikes, by what is wrong with them; each is a list of places. */
interface LookAlikes {
  acrossSplits: number[][]
  acrossClasses: number[][]
  within: number[][]
}

/** Sorts groups of pictures that look alike by whether they lie in several splits, carry several labels, or neither. */
export function sortLookAlikes(groups: readonly (readonly number[])[], pictures: readonly Picture[]): LookAlikes {
  const sorted: LookAlikes = { acrossSplits: [], acrossClasses: [], within: [] }
  for (const group of groups) {
    const members = [...group].sort((a, b) => order(pictures[a]!) - order(pictures[b]!) || a - b)
    const splits = new Set(members.map((image) => pictures[image]!.split))
    const labels = new Set(members.map((image) => pictures[image]!.label).filter((label) => label >= 0))
    if (splits.size > 1) sorted.acrossSplits.push(members)
    if (labels.size > 1) sorted.acrossClasses.push(members)
    if (splits.size === 1 && labels.size <= 1) sorted.within.push(members)
  }
  return sorted
}

const order = ({ split }: Picture): number => everySplit.indexOf(split)

/** How many pictures of a group have their like in an earlier split: those that are not in its first. */
export const heldOutTwins = (group: readonly number[], pictures: readonly Picture[]): number =>
  group.filter((image) => pictures[image]!.split !== pictures[group[0]!]!.split).length
