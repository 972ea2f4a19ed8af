import { z } from 'zod'
import type { Text } from '../text'
import { xrayPhases, xraySchema, xrayWantedSchema, type XrayPhase } from '../xray'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

export const xrayWords: Readonly<Record<XrayPhase, Text>> = {
  starting: { en: 'Starting the engine', zh: '正在启动引擎' },
  loading: { en: 'Loading data', zh: '正在载入数据' },
  features: { en: 'Looking at the images', zh: '正在查看图像' },
  comparing: { en: 'Comparing source and target', zh: '正在比较源与目标' }
}

/** Compares what a source learned from with a target. */
export const xray = defineJob({
  kind: 'xray',
  input: xrayWantedSchema,
  result: xraySchema,
  progress: progressSchema.extend({ phase: z.enum(xrayPhases).optional() }),
  lane: 'own',
  place: 'transfer',
  computes: true,
  disposable: true,
  words: {
    running: { en: 'Shift X-ray', zh: '差异透视' },
    phases: xrayWords,
    process: { en: 'The X-ray process', zh: '差异透视进程' },
    afterLoss: tryAgain
  }
})
