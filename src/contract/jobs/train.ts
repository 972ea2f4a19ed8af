import { z } from 'zod'
import { idSchema } from '../datasets'
import { metricSchema, runProgressSchema, runSchema, type RunPhase } from '../runs'
import type { Text } from '../text'
import { defineJob } from './define'

export const runPhases: Readonly<Record<RunPhase, Text>> = {
  starting: { en: 'Starting the engine', zh: '正在启动引擎' },
  loading: { en: 'Loading data', zh: '正在载入数据' },
  features: { en: 'Computing features', zh: '正在计算特征' },
  training: { en: 'Training', zh: '训练中' },
  validating: { en: 'Validating', zh: '验证中' },
  testing: { en: 'Testing', zh: '测试中' },
  saving: { en: 'Saving', zh: '正在保存' }
}

/** Carries out a run of the library. Its news are the lines of the run's series. */
export const train = defineJob({
  kind: 'train',
  input: z.object({ runId: idSchema }),
  result: runSchema,
  /** `done` and `total` are steps. */
  progress: runProgressSchema.extend({ done: z.int(), total: z.int().optional() }),
  news: metricSchema,
  lane: 'training',
  place: 'runs',
  computes: true,
  resumable: true,
  // The series goes to the window beside it, seven times a second.
  toldEveryMilliseconds: 1_000,
  about: ({ runId }) => ({ runId }),
  words: {
    running: { en: 'Training', zh: '训练' },
    phases: runPhases,
    process: { en: 'The training process', zh: '训练进程' },
    afterLoss: { en: 'Press Resume to go on from the last checkpoint.', zh: '点击“继续”可从最近的检查点接着训练。' },
    failed: (title) => ({ en: `“${title}” failed.`, zh: `“${title}”失败。` }),
    lost: (title) => ({ en: `“${title}” was interrupted.`, zh: `“${title}”已中断。` }),
    unresponsive: (title) => ({
      text: {
        en: `The process that trains “${title}” does not answer. It is ended in a moment unless it does.`,
        zh: `训练“${title}”的进程没有应答。若仍无应答，将很快被结束。`
      },
      remedy: { en: 'Its last checkpoint is kept: you can resume from there.', zh: '最近的检查点已保留，可从那里继续。' }
    })
  }
})
