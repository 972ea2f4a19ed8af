import { totalmem } from 'node:os'
import type { KnownPace, PaceWanted } from '../../contract/advice'
import { toErrorValue } from '../../contract/errors'
import type { Spec } from '../../contract/runs'
import { knownPaces } from '../../library/runs'
import { batchThatFits } from '../../rules/advice/memory'
import { distinctPaces } from '../../rules/settings/paces'
import { haveUsedGpu, type SettingsShelf } from '../../rules/specs/complete'
import type { Context } from '../context'

/** What the choice of settings looks things up in: the data sets, the saved models, the architectures, and what has computed so far. */
async function settingsShelf(context: Context) {
  const { datasets, models, runs } = context.library
  const [{ architectures }, known, saved, trained] = await Promise.all([
    context.engine().then((engine) => engine.catalogue()), datasets.list(), models.list(), runs.overview()
  ])
  return { datasets: known.datasets, models: saved.models, architectures, gpu: haveUsedGpu(trained.runs) } satisfies SettingsShelf
}

/**
 * What is chosen with a shelf. Where it depends on how fast this machine is, a few steps are tried first, unless they were
 * lately; where that cannot be, it is chosen by what processors usually do, and that is said.
 * @param here whether this machine will train
 */
export async function chosenHere(
  context: Context, choose: (shelf: SettingsShelf) => Spec[], here = true
): Promise<{ specs: Spec[], shelf: SettingsShelf }> {
  const bare = await settingsShelf(context)
  const machine = here ? await context.surroundings.diagnose(context.dataDir).catch(() => undefined) : undefined
  if (!machine) return { specs: choose(bare), shelf: bare }
  const methods = await context.methods()
  const shelf: SettingsShelf & { paces: KnownPace[] } = {
    ...bare, machine, paces: await knownPaces(context.library.dataDir), fitting: (spec) => batchThatFits(spec, { methods, ...bare }, machine, totalmem())
  }
  const unmeasured: PaceWanted[] = []
  const specs = choose({ ...shelf, onUnmeasured: (wanted) => { unmeasured.push(wanted) } })
  // What will be refused is told at once.
  if (unmeasured.length === 0 || await isRefused(context, specs)) return { specs, shelf }
  const measured = await measure(context, distinctPaces(unmeasured))
  const better = { ...shelf, paces: [...shelf.paces, ...measured] }
  return { specs: choose(better), shelf: better }
}

async function isRefused(context: Context, specs: readonly Spec[]): Promise<boolean> {
  const engine = await context.engine()
  for (const spec of specs) if ((await engine.check(spec)).length > 0) return true
  return false
}

async function measure(context: Context, wanted: readonly PaceWanted[]): Promise<KnownPace[]> {
  const engine = await context.engine()
  const found: KnownPace[] = []
  for (const each of wanted) {
    context.notice({ en: `Trying a few steps with ${each.source} for the time they take here …`, zh: `正在用 ${each.source} 试跑几步，以估计在本机的用时……` })
    try {
      const known = await engine.measurePace(each, { signal: context.signal })
      const rate = Number(known.pace.training.toPrecision(2))
      context.notice({ en: `This machine trains it on ${rate} images per second (${known.pace.steps} steps tried).`, zh: `本机每秒训练 ${rate} 张图像（试跑 ${known.pace.steps} 步）。` })
      found.push(known)
    } catch (thrown) {
      if (context.signal.aborted) throw thrown
      const { message: { en, zh } } = toErrorValue(thrown)
      context.notice({ en: `How fast this machine is could not be tried: ${en}`, zh: `无法试测本机速度：${zh}` })
    }
  }
  return found
}
