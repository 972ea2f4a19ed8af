import { basename } from 'node:path'
import { GraftError } from '../../contract/errors'
import { exportEndings, fileNameOf, type ModelRef } from '../../contract/models'
import { readsModel } from '../../rules/facts'
import { importedRef } from '../../rules/refs'
import { readTextFile } from '../shell/text-file'
import type { AppHandlers, HandlerContext } from './context'
import { resultOf } from './result'

export function modelsHandlers({ catalogue, lists, library, jobs, downloads, desktop, language, send }: HandlerContext): AppHandlers['models'] {
  /** Whether a training that is running or waiting names the model. */
  async function isRead(ref: ModelRef): Promise<boolean> {
    for (const { runId } of jobs.living()) {
      if (runId === undefined) continue
      if (readsModel((await library.runs.get(runId)).spec, ref, await catalogue.get())) return true
    }
    return false
  }

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
    similarity: async (wanted) => {
      const { name } = await library.models.get(wanted.second)
      return { jobId: jobs.add({ kind: 'similarity', input: wanted, title: name }).status.id }
    },
    map: async (wanted) => {
      const { name } = await library.models.get(wanted.models[0]!)
      return { jobId: jobs.add({ kind: 'feature-map', input: wanted, title: name }).status.id }
    },
    mapFound: async ({ jobId }) => resultOf(await jobs.take(jobId, 'feature-map')),
    similarityFound: async ({ jobId }) => resultOf(await jobs.take(jobId, 'similarity')),
    inspect: (options) => ({ jobId: jobs.add({ kind: 'inspect-model', input: options, title: basename(options.path) }).status.id }),
    inspection: ({ jobId }) => {
      const end = jobs.outcomeOf(jobId, 'inspect-model')
      return end?.kind === 'done' ? end.result : null
    },
    import: (options) => {
      const { status } = jobs.add({ kind: 'import-model', input: options, title: options.name ?? basename(options.path) })
      return { jobId: status.id }
    },
    known: () => downloads.models(),
    get: async ({ known }) => ({ jobId: downloads.startModel(known).id }),
    discardDownload: ({ known }) => downloads.discardModel(known),
    rename: async ({ id, name }) => {
      const model = await library.models.rename(id, name)
      send('models', 'changed', { ref: model.ref })
      return model
    },
    remove: async ({ id }) => {
      const ref = importedRef(id)
      if (await isRead(ref)) throw busy((await library.models.get(ref)).name)
      const undoToken = await library.models.remove(id)
      send('models', 'changed', { ref })
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
      const input = { ref, format, path, replace: true, language: await language() }
      return { jobId: jobs.add({ kind: 'export-model', input, title: name }).status.id }
    },
    predict: async ({ ref, images }) => {
      const { name } = await library.models.get(ref)
      return { jobId: jobs.add({ kind: 'predict', input: { model: ref, images }, title: name }).status.id }
    },
    prediction: async ({ jobId }) => resultOf(await jobs.take(jobId, 'predict')),
    serve: async ({ ref }) => {
      const { name } = await library.models.get(ref)
      return { jobId: jobs.add({ kind: 'serve', input: { model: ref, language: await language() }, title: name }).status.id }
    },
    sort: async ({ ref, paths }) => {
      const { name } = await library.models.get(ref)
      return { jobId: jobs.add({ kind: 'sort-pictures', input: { model: ref, paths }, title: name }).status.id }
    },
    sorted: async ({ jobId }) => resultOf(await jobs.take(jobId, 'sort-pictures'))
  }
}

function busy(name: string): GraftError {
  return new GraftError('model-busy', {
    en: `A training that is running or waiting starts from “${name}”.`, zh: `正在运行或等待的训练以“${name}”为起点。`
  }, { remedy: { en: 'Stop it first, or wait until it ends.', zh: '请先停止该训练，或等待其结束。' } })
}
