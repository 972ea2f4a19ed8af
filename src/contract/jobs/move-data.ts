import { z } from 'zod'
import { moveProgressSchema } from '../data-folder'
import { defineJob } from './define'
import { tryAgain } from './shared'

/** Copies the whole data folder to another place. */
export const moveData = defineJob({
  kind: 'move-data',
  input: z.object({ to: z.string().min(1).max(4096) }),
  result: z.object({ path: z.string() }),
  progress: moveProgressSchema,
  lane: 'library',
  place: 'settings',
  words: {
    running: { en: 'Moving data', zh: '移动数据' },
    phases: { copying: { en: 'Copying', zh: '正在复制' } },
    process: { en: 'The process that moves the data', zh: '移动数据的进程' },
    afterLoss: tryAgain,
    failed: () => ({ en: 'The data were not moved; everything is where it was.', zh: '数据未移动，所有内容保持原位。' })
  }
})
