import { datasetSchema, deriveOptionsSchema, importProgressSchema } from '../datasets'
import { defineJob } from './define'
import { importPhases, tryAgain } from './shared'

/** Makes a data set of another one. */
export const deriveDataset = defineJob({
  kind: 'derive-dataset',
  input: deriveOptionsSchema,
  result: datasetSchema,
  progress: importProgressSchema,
  lane: 'library',
  place: 'datasets',
  brings: ({ id }) => ({ datasetId: id }),
  words: {
    running: { en: 'New data set', zh: '新数据集' },
    phases: importPhases,
    process: { en: 'The process that makes a data set', zh: '生成数据集的进程' },
    afterLoss: tryAgain,
    failed: (title) => ({ en: `“${title}” was not made.`, zh: `“${title}”未能生成。` })
  }
})
