import { z } from 'zod'
import { modelRefSchema } from '../models'
import { languageSchema } from '../text'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Answers other programs about pictures, on this machine alone, until it is cancelled. */
export const serve = defineJob({
  kind: 'serve',
  input: z.object({ model: modelRefSchema, language: languageSchema }),
  result: z.object({ answered: z.int() }),
  /** `done`: pictures answered so far. */
  progress: progressSchema.extend({ address: z.string() }),
  lane: 'own',
  place: 'models',
  computes: true,
  about: ({ model }) => ({ modelRef: model }),
  words: {
    running: { en: 'Serving', zh: '提供服务' },
    process: { en: 'The process that serves the model', zh: '模型服务进程' },
    afterLoss: tryAgain,
    failed: (title) => ({ en: `“${title}” is not served.`, zh: `“${title}”未能提供服务。` })
  }
})
