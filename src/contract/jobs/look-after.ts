import { z } from 'zod'
import { errorValueSchema } from '../errors'
import { metricSchema, runProgressSchema, runSchema } from '../runs'
import { defineJob, progressSchema } from './define'

/** Gives out the runs that are to be computed on other machines, follows them, and brings them home. */
export const lookAfter = defineJob({
  kind: 'look-after',
  input: z.object({}),
  result: z.object({ home: z.int() }),
  /** `done` and `total` are runs; `waiting` says why nothing can be done just now. */
  progress: progressSchema.extend({ waiting: errorValueSchema.optional() }),
  /** A record that changed, or where a run stands and the lines of its series since. */
  news: z.union([
    z.object({ run: runSchema }),
    z.object({ id: z.string(), progress: runProgressSchema.optional(), metrics: z.array(metricSchema) })
  ]),
  lane: 'own',
  place: 'runs',
  // What was given out goes on there, and the next start picks it up.
  disposable: true,
  resumable: true,
  words: {
    running: { en: 'Computed elsewhere', zh: '在其他机器上计算' },
    process: { en: 'The process that looks after runs on other machines', zh: '照管其他机器上运行的进程' },
    afterLoss: { en: 'The runs go on there; start Graft again to bring them home.', zh: '这些运行会在那里继续；请重新启动 Graft 以取回。' },
    failed: (title) => ({ en: `Runs on ${title} are not looked after any more.`, zh: `${title} 上的运行不再受照管。` })
  }
})
