import type { SettingsShelf } from '../../rules/specs/complete'
import type { Context } from '../context'

/** What the choice of settings looks things up in: the data sets, the saved models and the architectures. */
export async function settingsShelf(context: Context): Promise<SettingsShelf> {
  const { datasets, models } = context.library
  const [{ architectures }, known, saved] = await Promise.all([
    context.engine().then((engine) => engine.catalogue()), datasets.list(), models.list()
  ])
  return { datasets: known.datasets, models: saved.models, architectures }
}
