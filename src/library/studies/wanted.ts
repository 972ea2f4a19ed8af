import type { MethodSummary } from '../../contract/methods'
import type { Spec } from '../../contract/runs'
import type { StartWanted } from '../../contract/studies'
import { isTrained } from '../../rules/refs'
import { keyOf } from '../../rules/studies/plan'
import { depthSpecs } from '../../rules/studies/depths'
import { specsOfStudy } from '../../rules/studies/grid'
import type { SettingsShelf } from '../../rules/specs/complete'
import type { Library } from '../library'

/**
 * The specs that a start asks for: the spec itself, or every combination of the grid's values in its place, each at every
 * depth where depths are asked for. Settings that Graft had chosen for the spec are chosen for each of them anew.
 * @throws GraftError (usage) for a value that does not fit, or depths of another method than feature transfer
 */
export async function wantedSpecs(
  library: Library, methods: readonly MethodSummary[], { spec, grid, depths }: StartWanted, shelf: SettingsShelf
): Promise<Spec[]> {
  const specs = grid ? specsOfStudy({ base: openBase(spec), grid }, methods, shelf) : [spec]
  if (depths === undefined) return specs
  const { model } = spec.source
  const blocks = isTrained(model) ? (await library.models.get(model)).blocks.map(({ name }) => name) : []
  // Fresh weights have nothing to copy. The check of the spec says so.
  return blocks.length === 0 ? specs : specs.flatMap((one) => depthSpecs(one, blocks, depths))
}

/** The spec without what Graft chose for it, and without labels to choose the epoch that merely follow those to learn from. */
function openBase({ chosen = {}, training, target: { validationLabels, ...target }, ...rest }: Spec) {
  const follows = keyOf(validationLabels) === keyOf(target.labels)
  return {
    ...rest, target: { ...target, ...(validationLabels !== undefined && !follows && { validationLabels }) },
    training: Object.fromEntries(Object.entries(training).filter(([name]) => !(name in chosen)))
  }
}
