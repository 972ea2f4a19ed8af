import { z } from 'zod'
import { examinationPhases, examinationSchema, examinationWantedSchema, type ExaminationPhase } from '../examinations'
import type { Text } from '../text'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

export const examinationWords: Readonly<Record<ExaminationPhase, Text>> = {
  starting: { en: 'Starting the engine', zh: '正在启动引擎' },
  loading: { en: 'Loading data', zh: '正在载入数据' },
  pixels: { en: 'Looking at the pixels', zh: '正在查看像素' },
  features: { en: 'Looking at the pictures with the model', zh: '正在用模型查看图像' },
  judging: { en: 'Judging the labels', zh: '正在判断标签' }
}

/** Looks for what is wrong with a data set's pictures and labels. */
export const examine = defineJob({
  kind: 'examine',
  input: examinationWantedSchema,
  result: examinationSchema,
  progress: progressSchema.extend({ phase: z.enum(examinationPhases).optional() }),
  lane: 'own',
  place: 'datasets',
  computes: true,
  disposable: true,
  about: ({ dataset }) => ({ datasetId: dataset }),
  words: {
    running: { en: 'Data doctor', zh: '数据医生' },
    phases: examinationWords,
    process: { en: 'The data doctor’s process', zh: '数据医生的进程' },
    afterLoss: tryAgain
  }
})
