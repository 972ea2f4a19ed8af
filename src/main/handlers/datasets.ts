import { basename } from 'node:path'
import { GraftError } from '../../contract/errors'
import type { Inspection } from '../../contract/inspections'
import { sourceStateOf } from '../../library/intake/fingerprint'
import type { JobEnd } from '../jobs/jobs'
import { LastFound } from '../shell/last-found'
import type { AppHandlers, HandlerContext } from './context'

/** Its flags are for the terminal; the window shows the readings to choose from. */
const chooseInDialogue = { en: 'Choose in “Add a data set” how it is to be read.', zh: '请在“添加数据集”中选择如何读取。' }

export function datasetsHandlers(
  { library, catalogue, lists, jobs, training, downloads, readers, send }: HandlerContext
): AppHandlers['datasets'] {
  const inspections = new LastFound<Inspection>()

  async function imported(title: string, end: JobEnd): Promise<void> {
    if (end.kind === 'done' && 'dataset' in end.result) {
      send('datasets', 'changed', { id: end.result.dataset.id })
    } else if (end.kind === 'failed' || end.kind === 'lost') {
      const { code, message } = end.error
      const remedy = code === 'reading-unclear' ? chooseInDialogue : end.error.remedy
      send('notices', 'raised', {
        level: 'error', ...(remedy && { remedy }),
        text: { en: `“${title}” was not imported. ${message.en}`, zh: `“${title}”未能导入。${message.zh}` }
      })
    }
  }

  return {
    list: () => lists.datasets.get(),
    formats: async () => (await catalogue.get()).datasetFormats,
    add: async (options) => {
      const title = options.name ?? titleOf(options)
      const { status } = jobs.add({
        job: { kind: 'import-dataset', options }, title, onEnd: (end) => imported(title, end)
      })
      return { jobId: status.id }
    },
    known: () => downloads.list(),
    get: async (options) => ({ jobId: downloads.start(options).id }),
    discardDownload: ({ known }) => downloads.discard(known),
    inspect: (options) => {
      const title = titleOf(options)
      const { status } = jobs.add({
        job: { kind: 'inspect-dataset', options }, title,
        onEnd: (end) => {
          if (end.kind === 'done' && end.result.kind === 'inspect-dataset') inspections.put(status.id, end.result.inspection)
          return Promise.resolve()
        }
      })
      return { jobId: status.id }
    },
    source: async ({ id }) => sourceStateOf(await library.datasets.get(id)),
    inspection: ({ jobId }) => inspections.get(jobId),
    labels: ({ id, split, column, from, count }) => readers.use(id, async (reader) => {
      const positions = positionsOf(from, count, reader.dataset.splits[split]?.count ?? 0)
      if (column === 'domains') {
        return reader.hasDomains(split) ? [...await reader.readDomains(split, positions)] : positions.map(() => null)
      }
      if (!reader.hasLabels(split)) return positions.map(() => null)
      return [...await reader.readLabels(split, positions)]
    }),
    names: ({ id, split, from, count }) => readers.use(id, async (reader) => {
      const positions = positionsOf(from, count, reader.dataset.splits[split]?.count ?? 0)
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
      const title = options.name ?? name
      const { status } = jobs.add({ job: { kind: 'derive-dataset', options }, title, onEnd: (end) => imported(title, end) })
      return { jobId: status.id }
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

const titleOf = ({ path }: { path: string }): string => basename(path)

/** The positions that exist of those asked for. */
const positionsOf = (from: number, count: number, existing: number): number[] =>
  Array.from({ length: Math.max(0, Math.min(count, existing - from)) }, (_, index) => from + index)

function busy(name: string): GraftError {
  return new GraftError('dataset-busy', {
    en: `A training that is running or waiting reads “${name}”.`, zh: `正在运行或等待的训练正在使用“${name}”。`
  }, { remedy: { en: 'Stop it first, or wait until it ends.', zh: '请先停止该训练，或等待其结束。' } })
}
