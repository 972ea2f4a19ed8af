import { z } from 'zod'
import { labelNextPhases, labelNextSchema, labelNextWantedSchema, type LabelNextPhase } from '../labelling'
import type { Text } from '../text'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

export const labelNextWords: Readonly<Record<LabelNextPhase, Text>> = {
  starting: { en: 'Starting the engine', zh: '正在启动引擎' },
  loading: { en: 'Loading data', zh: '正在载入数据' },
  features: { en: 'Looking at the pictures with the model', zh: '正在用模型查看图像' },
  choosing: { en: 'Choosing pictures', zh: '正在挑选图像' }
}

/** Names the unlabelled pictures of a data set that would teach most. */
export const labelNext = defineJob({
  kind: 'label-next',
  input: labelNextWantedSchema,
  result: labelNextSchema,
  progress: progressSchema.extend({ phase: z.enum(labelNextPhases).optional() }),
  lane: 'own',
  place: 'datasets',
  computes: true,
  disposable: true,
  about: ({ dataset }) => ({ datasetId: dataset }),
  words: {
    running: { en: 'What to label next', zh: '接下来标注什么' },
    phases: labelNextWords,
    process: { en: 'The process that chooses pictures', zh: '挑选图像的进程' },
    afterLoss: tryAgain
  }
})
