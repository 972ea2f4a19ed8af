import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Doctor } from '../../contract/engine'
import { GraftError } from '../../contract/errors'
import type { JobEnd } from '../jobs'
import type { AppHandlers, HandlerContext } from './context'

export function appHandlers({ library, jobs, desktop, logsFolder }: HandlerContext): AppHandlers['app'] {
  let examining: Promise<Doctor> | undefined

  /** Two screens that ask at once get one answer. */
  function examine(): Promise<Doctor> {
    examining ??= jobs.add({ job: { kind: 'doctor' }, title: 'Graft' }).ended
      .then(doctorOf)
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
    choosePath: ({ kind }) => desktop.choosePath(kind),
    choosePictures: () => desktop.choosePictures(),
    saveFile: async ({ suggestedName, content }) => {
      const path = await desktop.chooseSaveAs(basename(suggestedName))
      if (path === null) return null
      await writeFile(path, content)
      return basename(path)
    }
  }
}

function doctorOf(end: JobEnd): Doctor {
  if (end.kind === 'done' && end.result.kind === 'doctor') return end.result.doctor
  if ('error' in end && end.error) throw GraftError.fromValue(end.error)
  throw new GraftError('cancelled', { en: 'The examination was cancelled.', zh: '检测已取消。' })
}
