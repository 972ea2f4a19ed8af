import { checkedPlaceSchema, workersSchema } from '../workers'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Looks at other machines for studies: what they offer and what is missing. */
export const checkWorkers = defineJob({
  kind: 'check-workers',
  input: checkedPlaceSchema,
  result: workersSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'runs',
  disposable: true,
  words: {
    running: { en: 'Checking', zh: '正在检查' },
    process: { en: 'The process that checks other machines', zh: '检查其他机器的进程' },
    afterLoss: tryAgain
  }
})
