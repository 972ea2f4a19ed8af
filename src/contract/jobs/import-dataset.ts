import { datasetSchema, importOptionsSchema, importProgressSchema } from '../datasets'
import { defineJob } from './define'
import { importAgain, importPhases, notImported } from './shared'

/** Reads a folder or file into the library as a data set. */
export const importDataset = defineJob({
  kind: 'import-dataset',
  input: importOptionsSchema,
  result: datasetSchema,
  progress: importProgressSchema,
  lane: 'library',
  place: 'datasets',
  brings: ({ id }) => ({ datasetId: id }),
  words: {
    running: { en: 'Import', zh: '导入' },
    phases: importPhases,
    process: { en: 'The import process', zh: '导入进程' },
    afterLoss: importAgain,
    failed: notImported,
    remedies: { 'reading-unclear': { en: 'Choose in “Add a data set” how it is to be read.', zh: '请在“添加数据集”中选择如何读取。' } }
  }
})
