import { z } from 'zod'
import { doctorSchema } from '../doctor'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Examines this computer: which backends there are, and which one runs. */
export const doctor = defineJob({
  kind: 'doctor',
  input: z.object({}),
  result: doctorSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'settings',
  computes: true,
  disposable: true,
  words: {
    running: { en: 'Checking the engine', zh: '检查引擎' },
    process: { en: 'The process that examines this computer', zh: '检测本机的进程' },
    afterLoss: tryAgain
  }
})
