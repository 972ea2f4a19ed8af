import { basename } from 'node:path'
import { GraftError } from '../../contract/errors'
import { fileNameOf } from '../../contract/models'
import type { Text } from '../../contract/text'
import { draftOf, keepDraft, sourceStateOf } from '../../library/datasets'
import { slugOf } from '../../library/disk'
import { labelTable } from '../../rules/format/answer-table'
import { keepTable } from '../jobs/kept-table'
import type { AppHandlers, HandlerContext } from './context'
import { resultOf } from './result'

export function datasetsHandlers(
  { library, catalogue, lists, jobs, training, downloads, readers, desktop, language, send }: HandlerContext
): AppHandlers['datasets'] {
  return {
    list: () => lists.datasets.get(),
    formats: async () => (await catalogue.get()).datasetFormats,
    add: (options) => {
      const { status } = jobs.add({ kind: 'import-dataset', input: options, title: options.name ?? titleOf(options) })
      return { jobId: status.id }
    },
    addLabelled: async ({ folder, files, name, size }) => {
      const kept = await keepTable(labelTable(files))
      const input = { path: folder, table: kept.path, name, id: await freeIdFor(library.datasets, name), ...(size && { size }) }
      return { jobId: jobs.add({ kind: 'import-dataset', input, title: name, onEnd: kept.remove }).status.id }
    },
    known: () => downloads.list(),
    get: async (options) => ({ jobId: downloads.start(options).id }),
    discardDownload: ({ known }) => downloads.discard(known),
    inspect: (options) => ({ jobId: jobs.add({ kind: 'inspect-dataset', input: options, title: titleOf(options) }).status.id }),
    source: async ({ id }) => sourceStateOf(await library.datasets.get(id)),
    inspection: ({ jobId }) => {
      const end = jobs.outcomeOf(jobId, 'inspect-dataset')
      return end?.kind === 'done' ? end.result : null
    },
    mend: async (options) => {
      const { name: before } = await library.datasets.get(options.from)
      const name = options.name ?? correctedName(before)[await language()]
      const id = options.id ?? await freeIdFor(library.datasets, name)
      return { jobId: jobs.add({ kind: 'mend-dataset', input: { ...options, name, id }, title: name }).status.id }
    },
    examine: async (wanted) => {
      const { name } = await library.datasets.get(wanted.dataset)
      return { jobId: jobs.add({ kind: 'examine', input: wanted, title: name }).status.id }
    },
    examined: async ({ jobId }) => resultOf(await jobs.take(jobId, 'examine')),
    labelNext: async (wanted) => {
      const { name } = await library.datasets.get(wanted.dataset)
      return { jobId: jobs.add({ kind: 'label-next', input: wanted, title: name }).status.id }
    },
    nextLabels: async ({ jobId }) => resultOf(await jobs.take(jobId, 'label-next')),
    draft: async ({ id }) => draftOf(library.dataDir, await library.datasets.get(id)),
    keepDraft: async ({ id, draft }) => {
      const { id: known } = await library.datasets.get(id)
      await keepDraft(library.dataDir, known, draft)
    },
    labels: ({ id, split, column, from, count }) => readers.use(id, async (reader) => {
      const positions = positionsOf(from, count, reader.dataset.splits[split]?.count ?? 0)
      if (column === 'domains') {
        return reader.hasDomains(split) ? [...await reader.readDomains(split, positions)] : positions.map(() => null)
      }
      if (!reader.hasLabels(split)) return positions.map(() => null)
      return [...await reader.readLabels(split, positions)]
    }),
    names: ({ id, split, from, count }) => readers.use(id, async (reader) => {
      const positions = positionsOf(from, count, reader.countOf(split))
      return reader.hasNames(split) ? reader.readNames(split, positions) : positions.map(() => null)
    }),
    rename: async ({ id, name }) => {
      const dataset = await library.datasets.rename(id, name)
      await readers.close(id)
      send('datasets', 'changed', { id })
      return dataset
    },
    derive: async (options) => {
      const { name } = await library.datasets.get(options.from)
      const { status } = jobs.add({ kind: 'derive-dataset', input: options, title: options.name ?? name })
      return { jobId: status.id }
    },
    saveFeatures: async ({ id, ...wanted }) => {
      const { name } = await library.datasets.get(id)
      const path = await desktop.chooseSaveAs(`${fileNameOf(name)}.${wanted.format}`)
      if (path === null) return null
      // The dialogue has asked already whether to replace what is there.
      return { jobId: jobs.add({ kind: 'save-features', input: { ...wanted, dataset: id, path, replace: true }, title: name }).status.id }
    },
    remove: async ({ id }) => {
      if (training.reads(id)) throw busy((await library.datasets.get(id)).name)
      await readers.close(id)
      const undoToken = await library.datasets.remove(id)
      send('datasets', 'changed', { id })
      return { undoToken }
    },
    restore: async ({ undoToken }) => {
      await library.datasets.restore(undoToken)
      send('datasets', 'changed', {})
    }
  }
}

/** An id made of a name that no data set has yet. */
async function freeIdFor(datasets: HandlerContext['library']['datasets'], name: string): Promise<string> {
  const slug = slugOf(name, 'dataset')
  let id = slug
  for (let number = 2; await datasets.has(id); number++) id = `${slug}-${number}`
  return id
}

/** The name of a data set that is made of another with corrections; no longer than a name may be. */
const correctedName = (name: string): Text => ({ en: `${name.slice(0, 180)}, corrected`, zh: `${name.slice(0, 180)}（已更正）` })

const titleOf = ({ path }: { path: string }): string => basename(path)

/** The positions that exist of those asked for. */
const positionsOf = (from: number, count: number, existing: number): number[] =>
  Array.from({ length: Math.max(0, Math.min(count, existing - from)) }, (_, index) => from + index)

function busy(name: string): GraftError {
  return new GraftError('dataset-busy', {
    en: `A training that is running or waiting reads “${name}”.`, zh: `正在运行或等待的训练正在使用“${name}”。`
  }, { remedy: { en: 'Stop it first, or wait until it ends.', zh: '请先停止该训练，或等待其结束。' } })
}
