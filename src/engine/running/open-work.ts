import type { Dataset } from '../../contract/datasets'
import type { ModelRef } from '../../contract/models'
import { parametersSchema } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import type { Library } from '../../library'
import { openSourceData, openTargetData } from '../../library/datasets'
import { modelsNamed } from '../../rules/facts'
import { methodOf, type MethodRun } from '../methods'
import { openModel, openSource, type SourceModel } from '../models/open'
import type { Network } from '../network/network'
import type { TrainingData } from '../training/data'

/** What a spec names, opened, and what its method makes of it. */
interface OpenedWork extends Pick<TrainingData, 'target' | 'source'> {
  work: MethodRun
  close(): Promise<void>
}

interface Opening {
  library: Library
  /** Told of something worth knowing about what the method made. */
  note(text: Text): void
  /** Told of the data sets before anything is made of them, the target last. */
  onData?(datasets: readonly Dataset[]): Promise<void>
}

/**
 * Opens data, source and teachers of a spec, and lets its method make the network and the stages. What the method gets are
 * copies: saved weights stay as they are.
 * @throws GraftError where something is not there, or not whole
 */
export async function openWork(spec: Spec, { library, note, onData = () => Promise.resolve() }: Opening): Promise<OpenedWork> {
  const method = methodOf(spec.method.id)
  const parameters = parametersSchema(method.parameters).parse(spec.method.params)
  const readers: { close(): Promise<void> }[] = []
  const teachers = new Map<ModelRef, Network>()
  let source: SourceModel | undefined
  let work: MethodRun | undefined
  const close = async (): Promise<void> => {
    work?.dispose()
    source?.dispose()
    for (const teacher of teachers.values()) teacher.dispose()
    for (const reader of readers) await reader.close()
  }
  try {
    const target = await openTargetData(library.datasets, spec)
    readers.push(target)
    const sourceData = method.needs.sourceData ? await openSourceData(library.datasets, spec) : undefined
    if (sourceData) readers.push(sourceData)
    // The target last: where both are parts of one data set, what was tested on is what the record must name.
    await onData([...(sourceData ? [sourceData] : []), target].map((reader) => reader.dataset))
    const opening = source = await openSource(library, spec.source.model, target.dataset)
    const { classes } = target.dataset
    for (const ref of modelsNamed(method.parameters, parameters)) teachers.set(ref, await openModel(library, ref))
    work = method.create({
      source: opening.network,
      teachers,
      freshNetwork: (variant) => opening.fresh(classes, spec.training.seed, variant),
      classes,
      targetImages: target.dataset.splits.train?.count ?? 0,
      ...(sourceData && { sourceData: sourceData.dataset }),
      training: spec.training,
      note
    }, parameters)
    return { target, source: sourceData, work, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}
