import { z } from 'zod'
import { idSchema } from '../datasets'
import { modelRefSchema } from '../models'
import { scoreSchema } from '../runs'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Scores a saved model on a data set. */
export const evaluate = defineJob({
  kind: 'evaluate',
  input: z.object({ model: modelRefSchema, dataset: idSchema }),
  result: scoreSchema,
  progress: progressSchema,
  lane: 'training',
  place: 'models',
  computes: true,
  words: {
    running: { en: 'Evaluation', zh: '评估' },
    process: { en: 'The evaluation process', zh: '评估进程' },
    afterLoss: tryAgain
  }
})
