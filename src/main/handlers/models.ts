import { basename } from 'node:path'
import { GraftError } from '../../contract/errors'
import { exportEndings, fileNameOf, type ModelInspection } from '../../contract/models'
import type { JobEnd } from '../jobs/jobs'
import { LastFound } from '../shell/last-found'
import { readTextFile } from '../shell/text-file'
import type { AppHandlers, HandlerContext } from './context'

export function modelsHandlers({ catalogue, lists, library, jobs, desktop, language, send }: HandlerContext): AppHandlers['models'] {
  async function exported(name: string, end: JobEnd): Promise<void> {
    if (end.kind === 'done' && end.result.kind === 'export-model') {
      const file = basename(end.result.exported.path)
      send('notices', 'raised', { level: 'info', text: { en: `“${name}” was saved as ${file}.`, zh: `“${name}”已保存为 ${file}。` } })
    } else if (end.kind === 'failed' || end.kind === 'lost') {
      const { message, remedy } = end.error
      send('notices', 'raised', {
        level: 'error', ...(remedy && { remedy }),
        text: { en: `“${name}” was not saved. ${message.en}`, zh: `“${name}”未能保存。${message.zh}` }
      })
    }
  }

  async function imported(title: string, end: JobEnd): Promise<void> {
    if (end.kind === 'done' && end.result.kind === 'import-model') {
      send('models', 'changed', { ref: end.result.model.ref })
    } else if (end.kind === 'failed' || end.kind === 'lost') {
      const { message, remedy } = end.error
      send('notices', 'raised', {
        level: 'error', ...(remedy && { remedy }),
        text: { en: `“${title}” was not imported. ${message.en}`, zh: `“${title}”未能导入。${message.zh}` }
      })
    }
  }

  /** Whether a training that is running or waiting names the model. */
  async function isRead(ref: string): Promise<boolean> {
    for (const { runId } of jobs.living()) {
      if (runId === undefined) continue
      const { spec } = await library.runs.get(runId)
      if (spec.source.model === ref || JSON.stringify(spec.method.params).includes(JSON.stringify(ref))) return true
    }
    return false
  }

  const inspections = new LastFound<ModelInspection>()
  /** Predictions that the window has not fetched yet, by job. */
  const outcomes = new Map<string, Promise<JobEnd>>()

  return {
    list: async () => ({ architectures: (await catalogue.get()).architectures, ...await lists.models.get() }),
    formats: async () => (await catalogue.get()).modelFormats,
    choose: async () => {
      const formats = (await catalogue.get()).modelFormats.filter(({ canImport }) => canImport)
      const spoken = await language()
      return desktop.choosePath('file', {
        name: formats.map(({ title }) => title[spoken]).join(', '), endings: formats.flatMap(({ extensions }) => extensions)
      })
    },
    chooseClassNames: async () => {
      const path = await desktop.choosePath('file', { name: 'TXT, CSV, JSON', endings: ['.txt', '.csv', '.json'] })
      return path === null ? null : { file: basename(path), text: await readTextFile(path) }
    },
    inspect: (options) => {
      const { status } = jobs.add({
        job: { kind: 'inspect-model', options }, title: basename(options.path),
        onEnd: async (end) => {
          if (end.kind === 'done' && end.result.kind === 'inspect-model') inspections.put(status.id, end.result.inspection)
        }
      })
      return { jobId: status.id }
    },
    inspection: ({ jobId }) => inspections.get(jobId),
    import: (options) => {
      const title = options.name ?? basename(options.path)
      const { status } = jobs.add({ job: { kind: 'import-model', options }, title, onEnd: (end) => imported(title, end) })
      return { jobId: status.id }
    },
    rename: async ({ id, name }) => {
      const model = await library.models.rename(id, name)
      send('models', 'changed', { ref: model.ref })
      return model
    },
    remove: async ({ id }) => {
      if (await isRead(`model:${id}`)) throw busy((await library.models.get(`model:${id}`)).name)
      const undoToken = await library.models.remove(id)
      send('models', 'changed', { ref: `model:${id}` })
      return { undoToken }
    },
    restore: async ({ undoToken }) => {
      await library.models.restore(undoToken)
      send('models', 'changed', {})
    },
    export: async ({ ref, format }) => {
      const { name } = await library.models.get(ref)
      const path = await desktop.chooseSaveAs(`${fileNameOf(name)}${exportEndings[format]}`)
      if (path === null) return null
      // The dialogue has asked already whether to replace what is there.
      const { status } = jobs.add({
        job: { kind: 'export-model', ref, format, path, replace: true, language: await language() }, title: name,
        onEnd: (end) => exported(name, end)
      })
      return { jobId: status.id }
    },
    predict: async ({ ref, images }) => {
      const { name } = await library.models.get(ref)
      const { status, ended } = jobs.add({ job: { kind: 'predict', model: ref, images }, title: name })
      outcomes.set(status.id, ended)
      return { jobId: status.id }
    },
    prediction: async ({ jobId }) => {
      const ended = outcomes.get(jobId)
      if (!ended) throw new GraftError('job-not-found', { en: `There is no prediction “${jobId}”.`, zh: `没有预测任务“${jobId}”。` })
      const end = await ended
      outcomes.delete(jobId)
      if (end.kind === 'done' && end.result.kind === 'predict') return end.result.outcome
      if (end.kind === 'failed' || end.kind === 'lost') throw GraftError.fromValue(end.error)
      return null
    }
  }
}

function busy(name: string): GraftError {
  return new GraftError('model-busy', {
    en: `A training that is running or waiting starts from “${name}”.`, zh: `正在运行或等待的训练以“${name}”为起点。`
  }, { remedy: { en: 'Stop it first, or wait until it ends.', zh: '请先停止该训练，或等待其结束。' } })
}
