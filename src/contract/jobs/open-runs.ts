import { z } from 'zod'
import { openedRunsSchema } from '../sharing'
import { defineJob, progressSchema } from './define'

/** Brings the runs of a file into the library. */
export const openRuns = defineJob({
  kind: 'open-runs',
  input: z.object({ path: z.string().min(1) }),
  result: openedRunsSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'runs',
  words: {
    running: { en: 'Opening runs', zh: '打开运行' },
    process: { en: 'The process that opens runs', zh: '打开运行的进程' },
    afterLoss: { en: 'Nothing half-made was kept; open the file again.', zh: '没有留下不完整的数据；请重新打开文件。' },
    done: (title, { runs, missingDatasets }) => {
      const fresh = runs.filter(({ there }) => !there).length
      const known = runs.length - fresh
      return {
        en: [
          fresh === 0 ? `The runs of ${title} are here already.` : `${fresh} ${fresh === 1 ? 'run' : 'runs'} came from ${title}${known > 0 ? `; ${known} ${known === 1 ? 'was' : 'were'} here already` : ''}.`,
          ...(missingDatasets.length > 0 ? [`Not here: the pictures of ${missingDatasets.join(', ')}.`] : [])
        ].join(' '),
        zh: [
          fresh === 0 ? `${title} 中的运行已在此处。` : `从 ${title} 打开了 ${fresh} 次运行${known > 0 ? `；另有 ${known} 次已在此处` : ''}。`,
          ...(missingDatasets.length > 0 ? [`此处没有 ${missingDatasets.join('、')} 的图片。`] : [])
        ].join('')
      }
    },
    failed: (title) => ({ en: `${title} was not opened.`, zh: `${title} 未能打开。` })
  }
})
