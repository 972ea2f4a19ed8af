import { z } from 'zod'
import { droppedPathsSchema } from '../drops'
import { modelRefSchema } from '../models'
import { sortedSchema } from '../predictions'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** What a model says of every picture among files and folders, with a small copy of each for the window. */
export const sortPictures = defineJob({
  kind: 'sort-pictures',
  input: z.object({ model: modelRefSchema, paths: droppedPathsSchema }),
  result: sortedSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'models',
  computes: true,
  words: {
    running: { en: 'Asking a model about pictures', zh: '模型识别图片' },
    process: { en: 'The process that asks the model', zh: '识别进程' },
    afterLoss: tryAgain
  }
})
