import type { KnownPace, PaceWanted } from '../../contract/advice'
import type { Library } from '../../library'
import { openTargetData } from '../../library/datasets'
import { keepPace, knownPaces } from '../../library/runs'
import { inputOf, networkOf, paceAmong } from '../../rules/settings/paces'
import { openSource } from '../models/open'
import type { Surroundings } from '../surroundings'
import { probeBfloat16, probePace } from './probe'

/**
 * How fast a network trains on this machine: as it was found lately, or by up to twenty steps now, which takes seconds. No
 * label is read and nothing is learned.
 * @throws GraftError where the source or the target is not there, or bfloat16 is to be tried and cannot be had
 */
export async function measurePace(
  { source, target: id, device, bfloat16 = false }: PaceWanted, signal: AbortSignal, { library, openBackend }: Surroundings
): Promise<KnownPace> {
  const target = await openTargetData(library.datasets, { target: { dataset: id, labels: 'none' } })
  try {
    const { dataset } = target
    const known = { ...await placeOf(library, source, dataset.shape), device }
    const backend = await openBackend()
    const found = paceAmong(await knownPaces(library.dataDir), { ...known, backend })
    if (found && (!bfloat16 || found.bfloat16)) return found
    const opened = await openSource(library, source, dataset)
    const network = opened.network ?? opened.fresh(dataset.classes, 1)
    try {
      const classes = dataset.classes.length > 1 ? dataset.classes : ['one', 'two']
      const pace = found ?? { ...known, backend, pace: await probePace(network, target, classes, { signal }), at: new Date().toISOString() }
      const both = bfloat16 ? { ...pace, bfloat16: await probeBfloat16(network, target, classes, { signal }) } : pace
      await keepPace(library, both)
      return both
    } finally {
      if (!opened.network) network.dispose()
      opened.dispose()
    }
  } finally {
    await target.close()
  }
}

/** The name and the input under which a source's pace is kept. */
export async function placeOf(library: Library, source: KnownPace['network'], shape: KnownPace['input']): Promise<Pick<KnownPace, 'network' | 'input'>> {
  const model = (await library.models.list()).models.find(({ ref }) => ref === source)
  return { network: networkOf(source, model), input: inputOf(source, model, { shape }) }
}
