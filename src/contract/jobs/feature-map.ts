import { z } from 'zod'
import { featureMapPhases, featureMapSchema, featureMapWantedSchema, type FeatureMapPhase } from '../feature-maps'
import type { Text } from '../text'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

export const featureMapWords: Readonly<Record<FeatureMapPhase, Text>> = {
  'starting': { en: 'Starting the engine', zh: '正在启动引擎' },
  'loading': { en: 'Loading the models', zh: '正在载入模型' },
  'features': { en: 'Looking at the pictures', zh: '正在查看图像' },
  'laying-out': { en: 'Laying out the map', zh: '正在绘制图谱' }
}

/** Lays out the features that models make of pictures in one plane. */
export const featureMap = defineJob({
  kind: 'feature-map',
  input: featureMapWantedSchema,
  result: featureMapSchema,
  progress: progressSchema.extend({ phase: z.enum(featureMapPhases).optional() }),
  lane: 'own',
  place: 'runs',
  computes: true,
  disposable: true,
  words: {
    running: { en: 'Feature map', zh: '特征图谱' },
    phases: featureMapWords,
    process: { en: 'The process that lays out a feature map', zh: '绘制特征图谱的进程' },
    afterLoss: tryAgain
  }
})
