import { datasetSchema, importProgressSchema } from '../datasets'
import { mendOptionsSchema } from '../mending'
import { defineJob } from './define'
import { importPhases, tryAgain } from './shared'

/** Makes a data set of another one with some pictures corrected. */
export const mendDataset = defineJob({
  kind: 'mend-dataset',
  input: mendOptionsSchema,
  result: datasetSchema,
  progress: importProgressSchema,
  lane: 'library',
  place: 'datasets',
  brings: ({ id }) => ({ datasetId: id }),
  words: {
    running: { en: 'Corrected data set', zh: '更正后的数据集' },
    phases: importPhases,
    process: { en: 'The process that makes a data set', zh: '生成数据集的进程' },
    afterLoss: tryAgain,
    failed: (title) => ({ en: `“${title}” was not corrected.`, zh: `“${title}”未能更正。` })
  }
})
