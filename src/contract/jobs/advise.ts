import { advicePhases, adviceSchema, adviceWantedSchema, type AdvicePhase } from '../advice'
import type { Text } from '../text'
import { z } from 'zod'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

export const adviceWords: Readonly<Record<AdvicePhase, Text>> = {
  starting: { en: 'Starting the engine', zh: '正在启动引擎' },
  loading: { en: 'Loading data', zh: '正在载入数据' },
  features: { en: 'Looking at the images', zh: '正在查看图像' },
  scores: { en: 'Weighing what was seen', zh: '正在评估所见' },
  probe: { en: 'Trying a few steps for the time', zh: '正在试跑几步以估计用时' },
  sources: { en: 'Looking with the other sources', zh: '正在用其他源模型查看' }
}

/** Looks at a transfer before it is trained and says what is worth trying. */
export const advise = defineJob({
  kind: 'advise',
  input: adviceWantedSchema,
  result: adviceSchema,
  progress: progressSchema.extend({ phase: z.enum(advicePhases).optional() }),
  lane: 'own',
  place: 'transfer',
  computes: true,
  disposable: true,
  words: {
    running: { en: 'Advice', zh: '建议' },
    phases: adviceWords,
    process: { en: 'The advice process', zh: '建议进程' },
    afterLoss: tryAgain
  }
})
