import { importProgressSchema } from '../datasets'
import { inspectionSchema, inspectOptionsSchema } from '../inspections'
import { defineJob } from './define'
import { importPhases, tryAgain } from './shared'

/** Looks at a folder or file before it is imported; keeps nothing. */
export const inspectDataset = defineJob({
  kind: 'inspect-dataset',
  input: inspectOptionsSchema,
  result: inspectionSchema,
  progress: importProgressSchema,
  lane: 'own',
  place: 'datasets',
  words: {
    running: { en: 'Looking at data', zh: '查看数据' },
    phases: importPhases,
    process: { en: 'The process that looks at the data', zh: '查看数据的进程' },
    afterLoss: tryAgain
  }
})
