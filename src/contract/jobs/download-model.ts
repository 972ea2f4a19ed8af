import { z } from 'zod'
import { downloadProgressSchema, getModelSchema } from '../downloads'
import { modelSummarySchema } from '../models'
import { defineJob, progressSchema } from './define'

/** Gets a known network of others from its address, then imports it. */
export const downloadModel = defineJob({
  kind: 'download-model',
  input: getModelSchema,
  result: modelSummarySchema,
  progress: z.discriminatedUnion('phase', [downloadProgressSchema, progressSchema.extend({ phase: z.literal('importing') })]),
  lane: 'own',
  place: 'models',
  about: ({ known }) => ({ known }),
  brings: ({ ref }) => ({ modelRef: ref }),
  words: {
    running: { en: 'Download', zh: '下载' },
    phases: { importing: { en: 'Importing', zh: '正在导入' } },
    process: { en: 'The download process', zh: '下载进程' },
    afterLoss: { en: 'What has arrived is kept; get it again to go on.', zh: '已下载的部分已保留；再次获取即可继续。' },
    failed: (title) => ({ en: `“${title}” was not downloaded.`, zh: `“${title}”未能下载。` })
  }
})
