import { knownPaceSchema, paceWantedSchema } from '../advice'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Tries how fast a network trains on this machine: after a training that is under way, which would slow it, and never before one that waits. */
export const measurePace = defineJob({
  kind: 'measure-pace',
  input: paceWantedSchema,
  result: knownPaceSchema,
  progress: progressSchema,
  lane: 'training',
  place: 'transfer',
  computes: true,
  disposable: true,
  about: () => ({ unasked: true }),
  words: {
    running: { en: 'Trying a few steps for the time', zh: '正在试跑几步以估计用时' },
    process: { en: 'The process that tries how fast this machine is', zh: '试测本机速度的进程' },
    afterLoss: tryAgain
  }
})
