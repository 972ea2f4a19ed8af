import { z } from 'zod'
import { droppedPathsSchema, droppedSchema } from '../drops'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Says whether what was dropped on the window is a model or data. */
export const tellApart = defineJob({
  kind: 'tell-apart',
  input: z.object({ paths: droppedPathsSchema }),
  result: droppedSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'settings',
  words: {
    running: { en: 'Looking at what was dropped', zh: '查看拖放的内容' },
    process: { en: 'The process that looks at what was dropped', zh: '查看拖放内容的进程' },
    afterLoss: tryAgain
  }
})
