import { z } from 'zod'
import { similarityPhases, similaritySchema, similarityWantedSchema, type SimilarityPhase } from '../similarity'
import type { Text } from '../text'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

export const similarityWords: Readonly<Record<SimilarityPhase, Text>> = {
  starting: { en: 'Starting the engine', zh: '正在启动引擎' },
  loading: { en: 'Loading the models', zh: '正在载入模型' },
  layers: { en: 'Looking at the pictures', zh: '正在查看图像' },
  comparing: { en: 'Comparing the layers', zh: '正在比较各层' }
}

/** Holds the layers of two models against each other. */
export const similarity = defineJob({
  kind: 'similarity',
  input: similarityWantedSchema,
  result: similaritySchema,
  progress: progressSchema.extend({ phase: z.enum(similarityPhases).optional() }),
  lane: 'own',
  place: 'runs',
  computes: true,
  disposable: true,
  words: {
    running: { en: 'Comparing layers', zh: '比较各层' },
    phases: similarityWords,
    process: { en: 'The process that compares layers', zh: '比较各层的进程' },
    afterLoss: tryAgain
  }
})
