import { featuresSavedSchema, featuresWantedSchema } from '../features'
import { defineJob, progressSchema } from './define'
import { tryAgain } from './shared'

/** Saves what a model sees in a data set's images, for other programs. */
export const saveFeatures = defineJob({
  kind: 'save-features',
  input: featuresWantedSchema,
  result: featuresSavedSchema,
  progress: progressSchema,
  lane: 'own',
  place: 'datasets',
  computes: true,
  words: {
    running: { en: 'Saving features', zh: '保存特征' },
    process: { en: 'The process that saves features', zh: '保存特征的进程' },
    afterLoss: tryAgain,
    done: (title, { path, rows, length }) => {
      const file = path.split(path.startsWith('/') ? '/' : /[\\/]/).at(-1)!
      return { en: `${length} features of each of ${rows} images of “${title}” were saved as ${file}.`, zh: `“${title}”的 ${rows} 张图像（每张 ${length} 个特征）已保存为 ${file}。` }
    },
    failed: (title) => ({ en: `The features of “${title}” were not saved.`, zh: `未能保存“${title}”的特征。` })
  }
})
