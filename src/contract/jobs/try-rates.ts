import { z } from 'zod'
import { ratesPhases, ratesWantedSchema, triedRatesSchema, type RatesPhase } from '../rates'
import type { Text } from '../text'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

export const ratesWords: Readonly<Record<RatesPhase, Text>> = {
  starting: { en: 'Starting the engine', zh: '正在启动引擎' },
  loading: { en: 'Loading the data and the source', zh: '正在载入数据与源模型' },
  features: { en: 'Computing features', zh: '正在计算特征' },
  trying: { en: 'Trying learning rates', zh: '正在试学习率' }
}

/** Tries rising learning rates on a transfer, before it is trained. It waits for a training that is under way. */
export const tryRates = defineJob({
  kind: 'try-rates',
  input: ratesWantedSchema,
  result: triedRatesSchema,
  progress: progressSchema.extend({ phase: z.enum(ratesPhases).optional() }),
  lane: 'training',
  place: 'transfer',
  computes: true,
  disposable: true,
  words: {
    running: { en: 'Trying learning rates', zh: '试学习率' },
    phases: ratesWords,
    process: { en: 'The process that tries learning rates', zh: '试学习率的进程' },
    afterLoss: tryAgain
  }
})
