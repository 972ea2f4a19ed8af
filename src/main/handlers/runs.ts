import { totalmem } from 'node:os'
import { basename } from 'node:path'
import { GraftError } from '../../contract/errors'
import { fileNameOf } from '../../contract/models'
import type { Spec } from '../../contract/runs'
import type { StartWanted } from '../../contract/studies'
import type { Place } from '../../contract/workers'
import { sharedEnding } from '../../contract/sharing'
import { namesOf } from '../../library'
import { answerListOf, answersOf, compareRuns, flipImagesOf, flipsOf, replayOf } from '../../library/comparison'
import { newId } from '../../library/disk'
import { checkSpecIn, curveOfRun, knownPaces } from '../../library/runs'
import { controlOf, createStudy, plannedRuns, studyReport, wantedSpecs } from '../../library/studies'
import { durationOf } from '../../rules/advice/duration'
import { batchThatFits, memoryFor, memoryOf } from '../../rules/advice/memory'
import { haveUsedGpu, type SettingsShelf } from '../../rules/specs/complete'
import { isResumable } from '../../rules/states'
import { isStudy } from '../../rules/studies/is-study'
import { openRunsFile } from './opening-runs'
import type { AppHandlers, HandlerContext } from './context'

export function runsHandlers({ library, catalogue, machine, lists, jobs, training, elsewhere, desktop, language, send }: HandlerContext): AppHandlers['runs'] {
  // What this machine is and how fast says nothing of another one.
  const settingsShelf = async ({ grid }: StartWanted, place: Place | undefined) => {
    const [{ methods, architectures }, { datasets }, { models }, { runs }] = await Promise.all([
      catalogue.get(), lists.datasets.get(), lists.models.get(), lists.runs.get()
    ])
    // Only a grid chooses settings here: nothing else waits for a look at the machine.
    const [found, paces] = place || !grid ? [] : await Promise.all([machine.get().catch(() => undefined), knownPaces(library.dataDir)])
    const shelf = { architectures, datasets, models, gpu: haveUsedGpu(runs), machine: found, paces: paces ?? [] } satisfies SettingsShelf
    const fitting: SettingsShelf['fitting'] = found && ((spec) => batchThatFits(spec, { methods, ...shelf }, found, totalmem()))
    return { ...shelf, ...(fitting && { fitting }) }
  }
  const check = async (spec: Spec, place?: Place) => checkSpecIn(spec, library, await catalogue.get(), place)
  // A place that is not filled in is told at the start, not while a form is filled in.
  const placeFor = async (wanted: StartWanted): Promise<Place | undefined> => isStudy(wanted) ? elsewhere.place().catch(() => undefined) : undefined

  return {
    list: () => lists.runs.get(),
    get: ({ id }) => library.runs.get(id),
    metrics: ({ id }) => library.runs.readMetrics(id),
    replay: ({ id }) => replayOf(library, id),
    check: async (wanted) => check(wanted.spec, await placeFor(wanted)),
    plan: async (wanted) => {
      const { twins = false, seeds = 1 } = wanted
      const { methods, architectures } = await catalogue.get()
      const place = await placeFor(wanted)
      const shelf = await settingsShelf(wanted, place)
      const planned = await plannedRuns(library, { methods, architectures }, { specs: await wantedSpecs(library, methods, wanted, shelf), twins, seeds, place })
      const { runs } = await lists.runs.get()
      const paces = place ? [] : await knownPaces(library.dataDir)
      // Without a pace there is nothing to wait for a look at the machine for.
      const found = paces.length > 0 ? await machine.get().catch(() => undefined) : undefined
      const needed = planned.flatMap(({ spec }) => memoryOf(spec, { methods, ...shelf }) ?? [])
      const total = memoryFor(wanted.spec.device, { here: totalmem(), place })
      return {
        ...(needed.length > 0 && { memory: { bytes: Math.max(...needed), ...(total !== undefined && { total }) } }),
        runs: planned.length, twins: planned.filter(({ role }) => role !== 'candidate').length,
        ...durationOf(planned.map((run) => run.spec), { methods, datasets: shelf.datasets, models: shelf.models, runs, machine: found, paces })
      }
    },
    start: async (wanted) => {
      const { spec, name, twins = false, seeds = 1, grid, depths } = wanted
      if (isStudy(wanted)) {
        // Before anything is made: what is missing there is told first.
        const place = await elsewhere.place()
        const known = await catalogue.get()
        const specs = await wantedSpecs(library, known.methods, wanted, await settingsShelf(wanted, place))
        const study = await createStudy(library, known, {
          id: newId(), specs, twins, seeds, place, language: await language(),
          // A name for all would hide what sets each of them apart from the others.
          ...(name !== undefined && !grid && !depths && { name })
        })
        if (place) await elsewhere.send(study, place)
        else for (const run of study) training.enqueue(run)
        return study[0]!
      }
      const [problem, ...others] = await check(spec)
      if (problem) {
        const details = others.map(({ message }) => message.en).join('\n')
        throw GraftError.fromValue({ ...problem, ...(details !== '' && { details }) })
      }
      const run = await library.runs.create(spec, { names: await namesOf(spec, library, await catalogue.get()), ...(name !== undefined && { name }) })
      training.enqueue(run)
      return run
    },
    control: async ({ id }) => {
      const { control, made } = await controlOf(library, await catalogue.get(), id, await language())
      if (!made) return control
      training.enqueue(control)
      // It knows its control now.
      send('runs', 'changed', { id, run: await library.runs.get(id) })
      return control
    },
    resume: async ({ id, fromStart = false }) => {
      if (fromStart) await library.runs.startAgain(id)
      const run = await library.runs.get(id)
      const place = run.study && isResumable(run) ? await elsewhere.place() : undefined
      if (place) {
        await elsewhere.send([run], place, { fresh: fromStart })
        return library.runs.get(id)
      }
      return training.resume(id)
    },
    cancel: async ({ id }) => {
      if (!await elsewhere.stop(id, 'now')) await training.cancel(id)
    },
    stopAfterEpoch: async ({ id }) => {
      if (!await elsewhere.stop(id, 'after-epoch')) training.stopAfterEpoch(id)
    },
    rename: async ({ id, name }) => {
      const run = await library.runs.update(id, (current) => ({ ...current, name }))
      send('runs', 'changed', { id, run })
      jobs.rename(id, name)
      // What it learned goes by its name.
      send('models', 'changed', {})
      return run
    },
    mark: async ({ id, marks }) => {
      const named = Object.fromEntries(Object.entries(marks).filter(([, value]) => value !== undefined))
      const run = await library.runs.mark(id, (current) => ({ ...current, ...named }))
      lists.runs.forget()
      send('runs', 'changed', { id, run })
      return run
    },
    curves: async ({ ids }) => Object.fromEntries((await Promise.all(ids.map(async (id) => {
      // A run that was removed meanwhile has none.
      const curve = await curveOfRun(library, id).catch(() => undefined)
      return curve ? [[id, curve] as const] : []
    }))).flat()),
    study: ({ id }) => studyReport(library, id),
    compare: ({ ids }) => compareRuns(library, ids),
    flips: (ids) => flipsOf(library, ids),
    flipImages: (wanted) => flipImagesOf(library, wanted),
    answers: (wanted) => answersOf(library, wanted),
    answerList: ({ ids }) => answerListOf(library, ids),
    save: async ({ ids }) => {
      const { name } = await library.runs.get(ids[0]!)
      const path = await desktop.chooseSaveAs(`${fileNameOf(name)}${sharedEnding}`)
      if (path === null) return null
      // The dialogue has asked already whether to replace what is there; not so under an ending that is added here.
      const replace = path.toLowerCase().endsWith(sharedEnding)
      return { jobId: jobs.add({ kind: 'save-runs', input: { ids, path, replace }, title: basename(path) }).status.id }
    },
    open: ({ path }) => openRunsFile({ library, lists, jobs, send }, path),
    choose: () => desktop.choosePath('file', { name: 'Graft', endings: [sharedEnding] }),
    remove: async ({ ids }) => {
      const living = ids.find((id) => jobs.ofRun(id))
      if (living !== undefined) throw busy((await library.runs.get(living)).name)
      const undoToken = await library.runs.remove(ids)
      for (const id of ids) send('runs', 'changed', { id, run: null })
      send('models', 'changed', {})
      return { undoToken }
    },
    restore: async ({ undoToken }) => {
      const before = new Set((await library.runs.overview()).runs.map(({ id }) => id))
      await library.runs.restore(undoToken)
      lists.runs.forget()
      const back = (await lists.runs.get()).runs.filter(({ id }) => !before.has(id))
      for (const run of back) send('runs', 'changed', { id: run.id, run })
      send('models', 'changed', {})
    }
  }
}

function busy(name: string): GraftError {
  return new GraftError('run-busy', {
    en: `“${name}” is running or waiting.`, zh: `“${name}”正在运行或等待。`
  }, { remedy: { en: 'Stop it first, or wait until it ends.', zh: '请先停止它，或等待其结束。' } })
}
