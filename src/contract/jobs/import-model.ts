import { z } from 'zod'
import { modelImportOptionsSchema, modelInspectionSchema, modelSummarySchema } from '../models'
import { defineJob, progressSchema } from './define'
import { importAgain, notImported } from './shared'

/** Brings a model file into the library. */
export const importModel = defineJob({
  kind: 'import-model',
  input: modelImportOptionsSchema,
  result: z.object({ model: modelSummarySchema, inspection: modelInspectionSchema }),
  progress: progressSchema,
  lane: 'own',
  place: 'models',
  about: ({ credit }) => credit?.embedded ? { unasked: true } : {},
  brings: ({ model }) => ({ modelRef: model.ref }),
  words: {
    running: { en: 'Model import', zh: '导入模型' },
    process: { en: 'The import process', zh: '导入进程' },
    afterLoss: importAgain,
    failed: notImported
  }
})
