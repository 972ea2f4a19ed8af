import type { Advice, AdvicePhase, AdviceWanted, KnownPace, PaceWanted, Race, RaceProgress, RaceWanted } from '../contract/advice'
import { adviceWantedSchema, raceWantedSchema } from '../contract/advice'
import type { Dropped } from '../contract/drops'
import { examinationWantedSchema, type Examination, type ExaminationWanted } from '../contract/examinations'
import { featureMapWantedSchema, type FeatureMap, type FeatureMapWanted } from '../contract/feature-maps'
import type { Catalogue } from '../contract/engine'
import { labelNextWantedSchema, type LabelNext, type LabelNextWanted } from '../contract/labelling'
import { GraftError, type ErrorValue } from '../contract/errors'
import type { FeaturesSaved, FeaturesWanted } from '../contract/features'
import type { Exported, ModelImportOptions, ModelInspection, ModelRef } from '../contract/models'
import type { BackendSummary, Device, Run, Score, Spec } from '../contract/runs'
import { ratesWantedSchema, type RatesWanted, type TriedRates } from '../contract/rates'
import { similarityWantedSchema, type Similarity, type SimilarityWanted } from '../contract/similarity'
import { xrayWantedSchema, type Xray, type XrayWanted } from '../contract/xray'
import type { Library } from '../library'
import { checkSpecIn } from '../library/runs'
import { advise } from './advisor/advise'
import { measurePace } from './advisor/pace'
import { race } from './advisor/race'
import { catalogue } from './catalogue'
import { labelFreeScores } from './evaluation/label-free'
import { writeHeatMap } from './evaluation/heat-map'
import { evaluate } from './evaluation/metrics'
import { examine, type ExaminationHooks } from './examination/examine'
import { labelNext, type LabelNextHooks } from './examination/label-next'
import { xray, type XrayHooks } from './examination/xray'
import { featureMap, type FeatureMapHooks } from './inside/feature-map'
import { similarity, type SimilarityHooks } from './inside/similarity'
import { importModel, inspectModel, type ImportedModel, type ModelImportHooks } from './models/import'
import { exportModel, type ExportRequest } from './models/export'
import { saveFeatures } from './models/save-features'
import { openAnswering, type AnsweringModel } from './models/open'
import type { PictureWanted, Predictions, Saliency, Sorted } from '../contract/predictions'
import { sameClasses } from '../rules/classes'
import { predict, type PredictOptions } from './models/predict'
import { sortPictures, type SortHooks, type SortOptions } from './models/sort-pictures'
import { serve, type ServeHooks, type ServeRequest } from './serving/serve'
import { openLook } from './network/look'
import { deviceProblem, hasFunctions, openBackend } from './runtime'
import { tellApart } from './models/tell-apart'
import type { TrainHooks } from './running/hooks'
import { tryRates, type RatesHooks } from './running/rates'
import { train } from './running/train'
import type { Surroundings } from './surroundings'
import { openEvaluation } from './training/data'
import { versions } from './versions'
import type * as tf from '@tensorflow/tfjs-core'

export interface EngineOptions {
  library: Library
  cacheDir: string
  /** `stock` leaves out Graft's faster kernels, for benchmarks. */
  kernels?: 'graft' | 'stock'
}

export interface WorkHooks {
  signal?: AbortSignal
  /** Images done and to do. */
  onProgress?(done: number, total: number): void
}

/** The engine's one door: the worker and the command line use the same. */
export interface Engine {
  catalogue(): Catalogue
  /** Everything that would stop this spec; empty when it can start. */
  check(spec: Spec): Promise<ErrorValue[]>
  /** Carries a run of the store out, or on from its last checkpoint. */
  train(runId: string, hooks?: TrainHooks): Promise<Run>
  /** Score of a saved model on a data set's test split, or on its training split where it has no other. */
  evaluate(ref: ModelRef, datasetId: string, device?: Device, hooks?: WorkHooks): Promise<Score>
  /** What is worth trying for a transfer, before it is trained. */
  advise(wanted: AdviceWanted, hooks?: { signal?: AbortSignal, onProgress?(phase: AdvicePhase, done: number, total: number): void }): Promise<Advice>
  /** How fast a network trains here: as it was found lately, or by a few steps now. */
  measurePace(wanted: PaceWanted, hooks?: { signal?: AbortSignal }): Promise<KnownPace>
  /** Which learning rates suit a transfer: a range test on copies of its weights, of which nothing is kept. */
  tryRates(wanted: RatesWanted, hooks?: Partial<RatesHooks>): Promise<TriedRates>
  /** Which method does best within some minutes: the best candidates trained by successive halving, each as a run of the library. */
  race(wanted: RaceWanted, hooks?: { signal?: AbortSignal, onProgress?(progress: RaceProgress): void }): Promise<Race>
  /** What is wrong with a data set's pictures and labels. */
  examine(wanted: ExaminationWanted, hooks?: Partial<ExaminationHooks>): Promise<Examination>
  /** Which unlabelled pictures of a data set would teach most. */
  labelNext(wanted: LabelNextWanted, hooks?: Partial<LabelNextHooks>): Promise<LabelNext>
  /** How a target differs from what a source learned from. */
  xray(wanted: XrayWanted, hooks?: Partial<XrayHooks>): Promise<Xray>
  /** Saves a model for other programs, with its card; needs no backend but for a format of 8-bit numbers. */
  exportModel(request: ExportRequest, hooks?: WorkHooks): Promise<Exported>
  /** Saves what a model sees in a data set's images, with labels and file names. */
  saveFeatures(wanted: FeaturesWanted, device?: Device, hooks?: WorkHooks): Promise<FeaturesSaved>
  /** Whether paths that were dropped together are a model or data. */
  tellApart(paths: readonly string[]): Promise<Dropped>
  /** What a model file holds; keeps nothing. */
  inspectModel(options: ModelImportOptions, hooks?: ModelImportHooks): Promise<ModelInspection>
  /** Brings a model file into the library. Needs no backend. */
  importModel(options: ModelImportOptions, hooks?: ModelImportHooks): Promise<ImportedModel>
  /** Classes and probabilities for pictures. */
  predict(ref: ModelRef, images: readonly PictureWanted[], options?: PredictOptions & { device?: Device }, hooks?: WorkHooks): Promise<Predictions>
  /** The first class of every picture among files and folders, many in one pass. */
  sortPictures(ref: ModelRef, paths: readonly string[], options?: SortOptions & { device?: Device }, hooks?: SortHooks): Promise<Sorted>
  /** What models make of the same pictures, laid out in one plane. */
  featureMap(wanted: FeatureMapWanted, hooks?: Partial<FeatureMapHooks>): Promise<FeatureMap>
  /** How alike the layers of two models see the same pictures. */
  similarity(wanted: SimilarityWanted, hooks?: Partial<SimilarityHooks>): Promise<Similarity>
  /** Answers other programs about pictures on the loopback address, until its signal; gives how many it answered. */
  serve(request: ServeRequest, device: Device, hooks: ServeHooks): Promise<number>
  /** Writes a picture with a heat map over it as a PNG. */
  writeHeatMap(image: string, saliency: Saliency, file: string): Promise<void>
}

export function createEngine({ library, cacheDir, kernels }: EngineOptions): Engine {
  const open = (device: Device): Promise<BackendSummary> => openBackend(device, { cacheDir, ...(kernels && { kernels }) })
  const around = (device: Device): Surroundings => ({ library, cacheDir, openBackend: () => open(device), hasFunctions })
  const trainRun: Engine['train'] = async (runId, hooks = {}) => {
    const { spec } = await library.runs.get(runId)
    return train(runId, hooks, { ...around(spec.device), versions: versions() })
  }
  const check: Engine['check'] = async (spec) => {
    const missing = deviceProblem(spec.device, cacheDir)
    return [...await checkSpecIn(spec, library, catalogue()), ...(missing ? [missing] : [])]
  }
  return {
    catalogue,
    check,
    train: trainRun,
    evaluate: async (ref, datasetId, device = 'auto', hooks = {}) => {
      const reader = await library.datasets.open(datasetId)
      try {
        await open(device)
        const { origin } = await library.models.get(ref)
        const model = await openAnswering(library, ref)
        try {
          return await evaluateOn(model, reader, hooks, origin?.numberedClasses === true)
        } finally {
          model.dispose()
        }
      } finally {
        await reader.close()
      }
    },
    advise: (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const request = adviceWantedSchema.parse(wanted)
      return advise(request, { signal, onProgress }, around(request.device))
    },
    measurePace: (wanted, { signal = new AbortController().signal } = {}) =>
      measurePace(wanted, signal, around(wanted.device)),
    tryRates: async (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const { spec } = ratesWantedSchema.parse(wanted)
      const [problem] = await check(spec)
      if (problem) throw GraftError.fromValue(problem)
      return tryRates(spec, { signal, onProgress }, around(spec.device))
    },
    race: (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const request = raceWantedSchema.parse(wanted)
      return race(request, { signal, onProgress }, {
        ...around(request.device),
        train: trainRun,
        higherIsBetter: (score) => Object.entries(labelFreeScores).find(([id]) => id === score)?.[1].higherIsBetter ?? true
      })
    },
    examine: (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const request = examinationWantedSchema.parse(wanted)
      return examine(request, { signal, onProgress }, around(request.device))
    },
    labelNext: (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const request = labelNextWantedSchema.parse(wanted)
      return labelNext(request, { signal, onProgress }, around(request.device))
    },
    xray: (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const request = xrayWantedSchema.parse(wanted)
      return xray(request, { signal, onProgress }, around(request.device))
    },
    exportModel: (request, hooks = {}) => exportModel(library, request, { ...hooks, openBackend: () => open('auto') }),
    saveFeatures: (wanted, device = 'auto', hooks = {}) => saveFeatures(library, wanted, { ...hooks, cacheDir, openBackend: () => open(device) }),
    predict: async (ref, images, { device = 'auto', ...options } = {}, hooks = {}) => {
      await open(device)
      return predict(library, ref, images, options, hooks)
    },
    sortPictures: async (ref, paths, { device = 'auto', ...options } = {}, hooks = {}) => {
      await open(device)
      return sortPictures(library, ref, paths, options, hooks)
    },
    serve: async (request, device, hooks) => {
      await open(device)
      return serve(library, request, hooks)
    },
    similarity: (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const request = similarityWantedSchema.parse(wanted)
      return similarity(request, { signal, onProgress }, around(request.device))
    },
    featureMap: (wanted, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const request = featureMapWantedSchema.parse(wanted)
      return featureMap(request, { signal, onProgress }, around(request.device))
    },
    tellApart,
    inspectModel: (options, hooks = {}) => inspectModel(options, { openBackend: () => open('auto'), ...hooks }),
    importModel: (options, hooks = {}) => importModel(library, options, { openBackend: () => open('auto'), ...hooks }),
    writeHeatMap
  }
}

async function evaluateOn(
  { network, logits }: AnsweringModel, reader: Awaited<ReturnType<Library['datasets']['open']>>, hooks: WorkHooks, numbered: boolean
): Promise<Score> {
  const { dataset } = reader
  // Outputs without names stand for the data set's classes in their order.
  const classes = numbered && network.definition.classes.length === dataset.classes.length ? dataset.classes : network.definition.classes
  if (!sameClasses(classes, dataset.classes)) {
    throw new GraftError('classes-differ', {
      en: `The model knows ${classes.length} classes (${classes.slice(0, 5).join(', ')} …), ${dataset.id} has others.`,
      zh: `模型的 ${classes.length} 个类别（${classes.slice(0, 5).join('、')} 等）与 ${dataset.id} 的类别不同。`
    }, {
      field: 'dataset',
      remedy: { en: 'Choose a data set with the same classes, or transfer the model first.', zh: '请选择类别相同的数据集，或先迁移该模型。' }
    })
  }
  const images = await openEvaluation(reader, 'test', network) ?? await openEvaluation(reader, 'train', network)
  if (!images) {
    throw new GraftError('no-labels', {
      en: `${dataset.id} has no labelled images to evaluate on.`, zh: `${dataset.id} 中没有可用于评估的带标签图像。`
    }, { field: 'dataset' })
  }
  try {
    const look = await openLook(network.definition, images.count)
    const { score } = await evaluate((inputs: tf.Tensor) => logits(inputs as tf.Tensor4D), images, classes, { ...hooks, look })
    return score
  } finally {
    await images.close()
  }
}

export type { TrainHooks }
