import { stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Dropped } from '../../contract/drops'
import type { Doctor } from '../../contract/doctor'
import { GraftError } from '../../contract/errors'
import { jobOf } from '../../contract/jobs'
import { sharedEnding } from '../../contract/sharing'
import { chooseDataFolder, lookAtDataFolder } from '../../library/relocation'
import type { JobEnd, JobQueue } from '../jobs/jobs'
import { mayBeModel } from '../shell/may-be-model'
import type { AppHandlers, HandlerContext } from './context'

export function appHandlers({ library, catalogue, machine, jobs, desktop, logsFolder }: HandlerContext): AppHandlers['app'] {
  let examining: Promise<Doctor> | undefined

  /** Two screens that ask at once get one answer. */
  function examine(): Promise<Doctor> {
    examining ??= examineComputer(jobs)
      .then((found) => {
        machine.put(found)
        return found
      })
      .finally(() => { examining = undefined })
    return examining
  }

  async function folderOf(kind: 'data' | 'run' | 'logs', id: string | undefined): Promise<string> {
    if (kind === 'logs') return logsFolder
    if (kind === 'data') return library.dataDir
    const run = await library.runs.get(id ?? '')
    return library.runs.paths(run.id).folder
  }

  return {
    info: () => desktop.info(),
    doctor: () => examine(),
    openFolder: async ({ kind, id }) => desktop.openFolder(await folderOf(kind, id)),
    tellApart: async ({ paths }) => {
      const runs = paths.length === 1 && paths[0]!.toLowerCase().endsWith(sharedEnding) ? paths[0] : undefined
      if (runs !== undefined) return { kind: 'runs', path: runs }
      const endings = (await catalogue.get()).modelFormats.flatMap(({ extensions, canImport }) => canImport ? extensions : [])
      if (!await mayBeModel(paths, endings)) return { kind: 'dataset' }
      return droppedOf(await jobs.add({ kind: 'tell-apart', input: { paths }, title: basename(paths[0]!) }).ended)
    },
    lookAtDataFolder: ({ path }) => lookAtDataFolder(library.dataDir, path),
    moveData: async ({ path }) => {
      mustBeIdle(jobs)
      const { path: to } = await lookAtDataFolder(library.dataDir, path)
      let chosen = false
      const { status, ended } = jobs.add({
        kind: 'move-data', input: { to }, title: basename(path),
        onEnd: async (end) => {
          if (end.kind !== 'done') return
          await chooseDataFolder(end.result.path, library.dataDir)
          chosen = true
        }
      })
      // Nothing begins that would write to what is being left.
      jobs.hold()
      // Whoever looks: a copy that nobody begins to use grows old, and would be taken for the data one day.
      void ended.then(() => chosen ? desktop.restart() : jobs.resume())
      return { jobId: status.id }
    },
    useDataFolder: async ({ path }) => {
      mustBeIdle(jobs)
      const look = await lookAtDataFolder(library.dataDir, path)
      if (!look.holdsData) throw new GraftError('data-folder-empty', { en: `${look.path} holds no data of Graft's.`, zh: `${look.path} 中没有 Graft 的数据。` })
      await chooseDataFolder(look.path)
      desktop.restart()
    },
    choosePath: ({ kind }) => desktop.choosePath(kind),
    choosePictures: () => desktop.choosePictures(),
    anyFolder: async ({ paths }) => (await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))).some((found) => found?.isDirectory()),
    saveFile: async ({ suggestedName, content }) => {
      const path = await desktop.chooseSaveAs(basename(suggestedName))
      if (path === null) return null
      await writeFile(path, content)
      return basename(path)
    },
    savePdf: async ({ suggestedName, page }) => {
      const path = await desktop.chooseSaveAs(basename(suggestedName))
      if (path === null) return null
      await writeFile(path, await desktop.printPage(page))
      return basename(path)
    }
  }
}

/** Data that are being written cannot be moved. What only looks, as at the engine for this very screen, is in nobody's way. */
function mustBeIdle(jobs: JobQueue): void {
  const working = jobs.living().find(({ kind }) => !jobOf(kind).disposable)
  if (!working) return
  throw new GraftError('jobs-under-way', {
    en: `“${working.title}” is still under way.`, zh: `“${working.title}”仍在进行中。`
  }, { remedy: { en: 'Wait until nothing is under way, or stop it, then move the data.', zh: '请等待所有任务结束，或先停止任务，再移动数据。' } })
}

/** Looks at what computes here, in a process of its own. @throws GraftError why that could not be */
export const examineComputer = async (jobs: JobQueue): Promise<Doctor> =>
  doctorOf(await jobs.add({ kind: 'doctor', input: {}, title: 'Graft' }).ended)

function doctorOf(end: JobEnd<'doctor'>): Doctor {
  if (end.kind === 'done') return end.result
  if ('error' in end && end.error) throw GraftError.fromValue(end.error)
  throw new GraftError('cancelled', { en: 'The examination was cancelled.', zh: '检测已取消。' })
}

function droppedOf(end: JobEnd<'tell-apart'>): Dropped {
  if (end.kind === 'done') return end.result
  if ('error' in end && end.error) throw GraftError.fromValue(end.error)
  throw new GraftError('cancelled', { en: 'Looking at what was dropped was cancelled.', zh: '已取消查看拖放的内容。' })
}
