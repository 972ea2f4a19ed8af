import { resolve } from 'node:path'
import { reads, readsDataset } from '../rules/specs/reads'
import { DatasetCatalogue } from './datasets/catalogue'
import { ModelCatalogue } from './models/catalogue'
import { RunStore } from './runs/store'
import { Trash } from './disk/trash'

/** All that Graft keeps on disk under one data folder. */
export interface Library {
  dataDir: string
  datasets: DatasetCatalogue
  models: ModelCatalogue
  runs: RunStore
  trash: Trash
}

/** The library in a data folder; what is removed from it can be brought back for `undoMilliseconds`, a day by default. Reads nothing, and creates nothing until something is written. */
export function openLibrary(dataDir: string, { undoMilliseconds }: { undoMilliseconds?: number } = {}): Library {
  const folder = resolve(dataDir)
  const trash = new Trash(folder, undoMilliseconds)
  const runs = new RunStore(folder, trash)
  return {
    dataDir: folder,
    datasets: new DatasetCatalogue(folder, trash, (id) => runs.userOf((spec) => readsDataset(spec, id))),
    models: new ModelCatalogue(folder, trash, (ref) => runs.userOf((spec) => reads(spec, ref))),
    runs,
    trash
  }
}
