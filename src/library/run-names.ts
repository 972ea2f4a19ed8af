import type { Catalogue } from '../contract/engine'
import type { ModelRef } from '../contract/models'
import type { Run, Spec } from '../contract/runs'
import { idIn } from '../rules/refs'
import { learnedFrom, learnedName } from '../rules/specs/learned-from'
import { sourceName, targetName } from '../rules/specs/names'
import type { Library } from './library'

/**
 * Names of what a spec refers to, as a person knows them now; the run keeps them for when the things themselves are
 * gone. A run as source is named by its network and what it learned on, so that names do not grow from run to run.
 */
export async function namesOf(
  spec: Spec, library: Library, { architectures, methods }: Pick<Catalogue, 'architectures' | 'methods'>
): Promise<Run['names']> {
  const sourceData = spec.source.dataset === undefined ? undefined : await dataName(spec.source.dataset)
  return {
    source: await nameOfSource(spec.source.model),
    target: targetName((await library.datasets.get(spec.target.dataset)).name, spec.target.domain),
    method: methods.find(({ id }) => id === spec.method.id)?.title.en ?? spec.method.id,
    ...(sourceData !== undefined && { sourceData })
  }

  /** A data set's name, where it is still there. */
  async function dataName(id: string): Promise<string | undefined> {
    return library.datasets.get(id).then(({ name }) => name, () => undefined)
  }

  async function nameOfSource(ref: ModelRef): Promise<string> {
    const title = (wanted: string): string => architectures.find(({ id }) => id === wanted)?.title.en ?? wanted
    const fresh = idIn('arch', ref)
    if (fresh !== undefined) return title(fresh)
    const model = await library.models.get(ref)
    const runId = idIn('run', ref)
    if (runId === undefined) return model.name
    const run = await library.runs.get(runId)
    const now = await dataName(learnedFrom(run.spec).dataset)
    return sourceName(title(model.architecture), learnedName(run, () => now))
  }
}
