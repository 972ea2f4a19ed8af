import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { runSchema, type Run } from '../../contract/runs'
import { isOpen } from '../../rules/states'
import { keyOfSpec } from '../../rules/studies/plan'
import { sealed } from '../disk/checksums'
import { ensureWritable, exists, readJson, rename, syncFolders, writeJsonDurably } from '../disk/files'
import { discardFolder, makeTemporaryFolder, publishFolder } from '../disk/temporary'
import { notAdoptable, runBusy } from './problems'
import { sealedFields, type RunStore } from './store'

// Runs that are computed on another machine: how they are put there, and how they come home.

/** The part of a library that is needed for it. */
interface Runs { runs: RunStore }

/**
 * On the machine that computes: the run's folder, with its record and what `fill` puts there before it counts as there,
 * such as a checkpoint to go on from.
 */
export async function placeRun(library: Runs & { dataDir: string }, run: Run, fill: (folder: string) => Promise<void>): Promise<void> {
  const { folder } = library.runs.paths(run.id)
  await ensureWritable(library.dataDir)
  const temporary = await makeTemporaryFolder(join(folder, '..'))
  try {
    await writeJsonDurably(join(temporary, 'spec.json'), run.spec)
    await fs.writeFile(join(temporary, 'metrics.jsonl'), '')
    await fill(temporary)
    await writeJsonDurably(join(temporary, 'run.json'), sealed(runSchema.parse(run), sealedFields))
    if (!await publishFolder(temporary, folder)) throw runBusy(run)
  } finally {
    await discardFolder(temporary)
  }
}

/** The record in a run's folder that came from elsewhere, read whole, seal and all. @throws GraftError `file-damaged` */
export const readPlacedRun = (folder: string): Promise<Run> => readJson(join(folder, 'run.json'), runSchema, sealedFields)

/**
 * At home: takes in what another machine made of a run, as `fill` writes it into a folder under a temporary name. The record
 * is written last: until then the run is away, and after a crash it comes home once more. What was changed here meanwhile
 * (its name, its study, its marks) stays. @throws GraftError `file-damaged` where it is not the end of this run
 */
export async function bringHome(
  { runs }: Runs, id: string, computedOn: NonNullable<Run['computedOn']>, fill: (folder: string) => Promise<void>
): Promise<Run> {
  const { folder } = runs.paths(id)
  const temporary = await makeTemporaryFolder(join(folder, '..'))
  try {
    await fill(temporary)
    const here = await runs.get(id)
    const { owner: _owner, checkpoint: _checkpoint, away: _away, ...run } = await readPlacedRun(temporary)
    if (run.id !== id || isOpen(run) || keyOfSpec(run.spec) !== keyOfSpec(here.spec)) throw notAdoptable(join(temporary, 'run.json'))
    for (const name of await fs.readdir(temporary)) {
      if (['run.json', 'spec.json', 'owner.json', 'stop.json', 'marks.json'].includes(name)) continue
      await fs.rm(join(folder, name), { recursive: true, force: true })
      await rename(join(temporary, name), join(folder, name))
    }
    await syncFolders(folder)
    runs.forgetMetrics(id)
    return await runs.update(id, ({ name, study, createdAt, prediction, marks }) => ({
      ...run, name, createdAt, ...(study && { study }), ...(prediction && { prediction }), ...(marks && { marks }), computedOn
    }))
  } finally {
    await discardFolder(temporary)
  }
}

/**
 * At home: takes in the last checkpoint of a run that ended elsewhere without a result, with its record and series as they
 * were then, so that it goes on from there on this machine. What was changed here meanwhile stays, and of the series the longer.
 * @throws GraftError `file-damaged` where it is not this run's
 */
export async function bringCheckpointHome({ runs }: Runs, id: string, fill: (folder: string) => Promise<void>): Promise<Run> {
  const { folder, metrics } = runs.paths(id)
  const temporary = await makeTemporaryFolder(join(folder, '..'))
  try {
    await fill(temporary)
    const here = await runs.get(id)
    const { owner: _owner, away: _away, ...run } = await readPlacedRun(temporary)
    if (run.id !== id || keyOfSpec(run.spec) !== keyOfSpec(here.spec)) throw notAdoptable(join(temporary, 'run.json'))
    const bytes = async (path: string): Promise<number> => fs.stat(path).then(({ size }) => size, () => 0)
    const isLonger = await bytes(join(temporary, 'metrics.jsonl')) > await bytes(metrics)
    for (const name of ['replay', 'checkpoint', ...isLonger ? ['metrics.jsonl'] : []]) {
      if (!await exists(join(temporary, name))) continue
      await fs.rm(join(folder, name), { recursive: true, force: true })
      await rename(join(temporary, name), join(folder, name))
    }
    await syncFolders(folder)
    runs.forgetMetrics(id)
    return await runs.update(id, ({ name, study, createdAt, prediction, marks, state, owner, away }) => ({
      ...run, name, createdAt, state, ...(study && { study }), ...(prediction && { prediction }), ...(marks && { marks }),
      ...(owner && { owner }), ...(away && { away })
    }))
  } finally {
    await discardFolder(temporary)
  }
}

/** Begins a run's series anew: what its node has sent is read again from the first line. */
export async function clearMetrics({ runs }: Runs, id: string): Promise<void> {
  runs.forgetMetrics(id)
  await fs.writeFile(runs.paths(id).metrics, '')
}
