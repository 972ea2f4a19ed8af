import { haveUsedGpu, type SettingsShelf } from '../../rules/specs/complete'
import type { Context } from '../context'

/** What the choice of settings looks things up in: the data sets, the saved models, the architectures, and what has computed so far. */
export async function settingsShelf(context: Context): Promise<SettingsShelf> {
  const { datasets, models, runs } = context.library
  const [{ architectures }, known, saved, trained] = await Promise.all([
    context.engine().then((engine) => engine.catalogue()), datasets.list(), models.list(), runs.list()
  ])
  return { datasets: known.datasets, models: saved.models, architectures, gpu: haveUsedGpu(trained.runs) }
}
