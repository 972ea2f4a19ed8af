import { z } from 'zod'
import { exportedSchema, exportFormatSchema, modelRefSchema } from '../models'
import { languageSchema } from '../text'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Saves a model for other programs. */
export const exportModel = defineJob({
  kind: 'export-model',
  input: z.object({
    ref: modelRefSchema, format: exportFormatSchema, path: z.string(), replace: z.boolean(), language: languageSchema, dataset: z.string().optional()
  }),
  result: exportedSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'models',
  words: {
    running: { en: 'Export', zh: '导出' },
    process: { en: 'The export process', zh: '导出进程' },
    afterLoss: tryAgain,
    done: (title, { path }) => {
      const file = path.split(path.startsWith('/') ? '/' : /[\\/]/).filter((part) => part !== '').at(-1) ?? path
      return { en: `“${title}” was saved as ${file}.`, zh: `“${title}”已保存为 ${file}。` }
    },
    failed: (title) => ({ en: `“${title}” was not saved.`, zh: `“${title}”未能保存。` })
  }
})
