import type { Catalogue } from '../contract/engine'
import type { Run, Spec } from '../contract/runs'
import type { Library } from '.'

/**
 * Names of what a spec refers to, as a person knows them now; the run keeps them for when the things themselves are
 * gone. A run as source is named by its network and what it learned on, so that names do not grow from run to run.
 */
export async function namesOf(
  spec: Spec, library: Library, { architectures, methods }: Pick<Catalogue, 'architectures' | 'methods'>
): Promise<Run['names']> {
  return {
    source: await sourceName(spec.source.model),
    target: [(await library.datasets.get(spec.target.dataset)).name, spec.target.domain].filter((part) => part !== undefined).join(' · '),
    method: methods.find(({ id }) => id === spec.method.id)?.title.en ?? spec.method.id
  }

  async function sourceName(ref: string): Promise<string> {
    const architectureTitle = (id: string): string => architectures.find((architecture) => architecture.id === id)?.title.en ?? id
    if (ref.startsWith('arch:')) return architectureTitle(ref.slice('arch:'.length))
    const model = await library.models.get(ref)
    if (!ref.startsWith('run:')) return model.name
    const { names } = await library.runs.get(ref.slice('run:'.length))
    return `${architectureTitle(model.architecture)} · ${names.target}`
  }
}
