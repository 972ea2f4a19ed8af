import { modelImportOptionsSchema, modelInspectionSchema } from '../models'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Looks at a model file before it is imported; keeps nothing. */
export const inspectModel = defineJob({
  kind: 'inspect-model',
  input: modelImportOptionsSchema,
  result: modelInspectionSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'models',
  words: {
    running: { en: 'Looking at a model', zh: '查看模型' },
    process: { en: 'The process that looks at the model', zh: '查看模型的进程' },
    afterLoss: tryAgain
  }
})
