import type { JobKind } from '../../contract/jobs'
import type { Work } from '../work'

/** The work of every kind of job, loaded when it is asked for: looking at a folder of pictures loads no TensorFlow.js. */
export const works: { [Kind in JobKind]: () => Promise<Work<Kind>> } = {
  'train': async () => (await import('./train')).train,
  'evaluate': async () => (await import('./evaluate')).evaluate,
  'advise': async () => (await import('./advise')).advise,
  'measure-pace': async () => (await import('./measure-pace')).measurePace,
  'race': async () => (await import('./race')).race,
  'try-rates': async () => (await import('./try-rates')).tryRates,
  'examine': async () => (await import('./examine')).examine,
  'label-next': async () => (await import('./label-next')).labelNext,
  'xray': async () => (await import('./xray')).xray,
  'predict': async () => (await import('./predict')).predict,
  'serve': async () => (await import('./serve')).serve,
  'feature-map': async () => (await import('./feature-map')).featureMap,
  'similarity': async () => (await import('./similarity')).similarity,
  'sort-pictures': async () => (await import('./sort-pictures')).sortPictures,
  'import-dataset': async () => (await import('./import-dataset')).importDataset,
  'inspect-dataset': async () => (await import('./inspect-dataset')).inspectDataset,
  'download-dataset': async () => (await import('./download-dataset')).downloadDataset,
  'download-model': async () => (await import('./download-model')).downloadModel,
  'derive-dataset': async () => (await import('./derive-dataset')).deriveDataset,
  'mend-dataset': async () => (await import('./mend-dataset')).mendDataset,
  'tell-apart': async () => (await import('./tell-apart')).tellApart,
  'inspect-model': async () => (await import('./inspect-model')).inspectModel,
  'import-model': async () => (await import('./import-model')).importModel,
  'export-model': async () => (await import('./export-model')).exportModel,
  'save-features': async () => (await import('./save-features')).saveFeatures,
  'save-runs': async () => (await import('./save-runs')).saveRuns,
  'open-runs': async () => (await import('./open-runs')).openRuns,
  'move-data': async () => (await import('./move-data')).moveData,
  'look-after': async () => (await import('./look-after')).lookAfter,
  'check-workers': async () => (await import('./check-workers')).checkWorkers,
  'doctor': async () => (await import('./doctor')).doctor
}
