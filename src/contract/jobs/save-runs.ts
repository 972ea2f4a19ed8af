import { saveRunsSchema, savedRunsSchema } from '../sharing'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Saves runs as one file, to be opened on another machine. */
export const saveRuns = defineJob({
  kind: 'save-runs',
  input: saveRunsSchema,
  result: savedRunsSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'runs',
  words: {
    running: { en: 'Saving runs', zh: '保存运行' },
    process: { en: 'The process that saves runs', zh: '保存运行的进程' },
    afterLoss: tryAgain,
    done: (title, { runs }) => runs.length === 1
      ? { en: `The run was saved as ${title}.`, zh: `运行已保存为 ${title}。` }
      : { en: `${runs.length} runs were saved as ${title}.`, zh: `${runs.length} 次运行已保存为 ${title}。` },
    failed: (title) => ({ en: `${title} was not saved.`, zh: `${title} 未能保存。` })
  }
})
