import { z } from 'zod'
import { modelRefSchema } from '../models'
import { mostPictures, pictureWantedSchema, predictionsSchema } from '../predictions'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Pictures by their paths, or by their places in a data set: what the model says of them, where it looked, and small copies for the window. */
export const predict = defineJob({
  kind: 'predict',
  input: z.object({ model: modelRefSchema, images: z.array(pictureWantedSchema).min(1).max(mostPictures) }),
  result: predictionsSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'models',
  computes: true,
  words: {
    running: { en: 'Prediction', zh: '预测' },
    process: { en: 'The prediction process', zh: '预测进程' },
    afterLoss: tryAgain
  }
})
