import { z } from 'zod'
import { datasetSchema, importProgressSchema } from '../datasets'
import { downloadProgressSchema, getDatasetSchema } from '../downloads'
import { defineJob } from './define'
import { importPhases } from './shared'

/** Gets a known data set from its authors' address, then imports it. */
export const downloadDataset = defineJob({
  kind: 'download-dataset',
  input: getDatasetSchema,
  result: datasetSchema,
  progress: z.discriminatedUnion('phase', [downloadProgressSchema, importProgressSchema]),
  lane: 'own',
  place: 'datasets',
  about: ({ known }) => ({ known }),
  brings: ({ id }) => ({ datasetId: id }),
  words: {
    running: { en: 'Download', zh: '下载' },
    phases: importPhases,
    process: { en: 'The download process', zh: '下载进程' },
    afterLoss: { en: 'What has arrived is kept; get it again to go on.', zh: '已下载的部分已保留；再次获取即可继续。' },
    failed: (title) => ({ en: `“${title}” was not downloaded.`, zh: `“${title}”未能下载。` })
  }
})
