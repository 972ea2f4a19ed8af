import { z } from 'zod'
import { adviceSchema, adviceWantedSchema, knownPaceSchema, paceWantedSchema, raceSchema, raceWantedSchema } from './advice'
import { answerListSchema } from './answer-lists'
import { keptComparisonSchema } from './comparisons'
import { dataFolderLookSchema } from './data-folder'
import { anySplitSchema, datasetFormatSchema, datasetSchema, deriveOptionsSchema, idSchema, importOptionsSchema, sourceStateSchema, splitNameSchema } from './datasets'
import { correctionsDraftSchema, keptDraftSchema } from './corrections-draft'
import { featureFormatSchema } from './features'
import { event, request, type Client } from './define'
import { getModelSchema, knownModelSchema, getDatasetSchema, knownDatasetSchema } from './downloads'
import { cameraAnswerSchema, cameraFolderSchema, cameraPlaceSchema, keptPictureSchema, pictureToRemoveSchema, takenPictureSchema } from './camera'
import { droppedPathsSchema, droppedSchema } from './drops'
import { doctorSchema, machineSchema } from './doctor'
import { errorValueSchema } from './errors'
import { examinationSchema, examinationWantedSchema } from './examinations'
import { featureMapSchema, featureMapWantedSchema } from './feature-maps'
import { labelNextSchema, labelNextWantedSchema } from './labelling'
import { inspectionSchema, inspectOptionsSchema } from './inspections'
import { jobStatusSchema } from './jobs/status'
import { mostCurves, runCurveSchema, runMarksSchema } from './marks'
import { mendOptionsSchema } from './mending'
import { methodSummarySchema } from './methods'
import {
  architectureSummarySchema, exportFormatSchema, modelFormatSchema, modelImportOptionsSchema, modelInspectionSchema, modelRefSchema, modelSummarySchema
} from './models'
import { mostInTable, mostPictures, pictureWantedSchema, predictionsSchema, sortedSchema } from './predictions'
import { checkedPlaceSchema, elsewhereSchema, workersSchema } from './workers'
import { replaySchema } from './replay'
import { answersSchema, answersWantedSchema, comparisonSchema, deviceSchema, flipImagesSchema, flipImagesWantedSchema, flipsSchema, metricSchema, runProgressSchema, runSchema } from './runs'
import { saveRunsSchema, shownSchema } from './sharing'
import { ratesWantedSchema, triedRatesSchema } from './rates'
import { similaritySchema, similarityWantedSchema } from './similarity'
import { startPlanSchema, startWantedSchema, studyReportSchema } from './studies'
import { languageSchema, textSchema } from './text'
import { updateSchema, updateStateSchema } from './updates'
import { xraySchema, xrayWantedSchema } from './xray'

const nothing = z.void()

export const settingsSchema = z.object({
  /** `system` follows the system's language. */
  language: z.union([languageSchema, z.literal('system')]),
  theme: z.enum(['light', 'dark', 'system']),
  device: deviceSchema,
  /** Whether the system tells of a run's end where the window is out of sight; absent, as in files of earlier versions: it does. */
  notifications: z.boolean().optional(),
  /** Whether to look for newer versions; absent until the person was asked: then nobody looks. */
  updates: z.boolean().optional(),
  /** Other machines for studies; absent where nobody has named any. */
  elsewhere: elsewhereSchema.optional(),
  /** Columns of the list of runs, by their keys; absent until a person chose. */
  runColumns: z.array(z.string().max(40)).max(40).optional(),
  /** Sections of Compare that a person opened or closed, by their names; the others are as they are at first. */
  compareSections: z.record(z.string().max(40), z.boolean()).optional()
})
export type Settings = z.infer<typeof settingsSchema>

/** A folder on disk that could not be read and was left out. */
const damagedSchema = z.object({ path: z.string(), error: errorValueSchema })
export type Damaged = z.infer<typeof damagedSchema>

/** A menu command that the window carries out. */
export const commandSchema = z.enum([
  'new-transfer', 'add-dataset', 'import-model', 'start', 'stop', 'find', 'palette', 'help',
  'screen-transfer', 'screen-runs', 'screen-compare', 'screen-datasets', 'screen-models', 'screen-settings'
])
export type Command = z.infer<typeof commandSchema>

/** The whole surface between window and main. Handlers, the preload and test doubles are projections of it. */
export const appContract = {
  app: {
    info: request(nothing, z.object({
      version: z.string(),
      platform: z.string(),
      locale: z.string(),
      dataDir: z.string(),
      /** Why another data folder cannot be chosen here; absent where it can. */
      dataDirNamedBy: z.enum(['flag', 'environment', 'portable']).optional(),
      /** Where the data lay before they were moved; absent where nothing is left there. */
      dataDirBefore: z.string().optional(),
      versions: z.record(z.string(), z.string()),
      /** The Electron in use stands in for the shipped one: development and tests only. */
      electronStandIn: z.boolean()
    })),
    doctor: request(nothing, doctorSchema),
    openFolder: request(z.object({ kind: z.enum(['data', 'run', 'logs']), id: idSchema.optional() }), nothing),
    /** What would come of moving the data to this folder. */
    lookAtDataFolder: request(z.object({ path: z.string().min(1) }), dataFolderLookSchema),
    /** Starts to copy all data there, and then the program anew with the copy; progress comes with `jobs.changed`. */
    moveData: request(z.object({ path: z.string().min(1) }), z.object({ jobId: idSchema })),
    /** Uses the data that are in this folder already: the program starts again. */
    useDataFolder: request(z.object({ path: z.string().min(1) }), nothing),
    /** A system dialogue; the chosen path, or null when it was closed. */
    choosePath: request(z.object({ kind: z.enum(['folder', 'file']) }), z.string().nullable()),
    /** Whether files and folders that were dropped on the window are a model or data; a worker looks where names leave it open. */
    tellApart: request(z.object({ paths: droppedPathsSchema }), droppedSchema),
    /** Picture files from a system dialogue; none when it was closed. */
    choosePictures: request(nothing, z.array(z.string())),
    /** Whether a folder is among some paths. */
    anyFolder: request(z.object({ paths: droppedPathsSchema }), z.boolean()),
    /** Saves text or a picture that the window made (a chart, a table) where the person says; the file's name or null. */
    saveFile: request(z.object({
      suggestedName: z.string(), content: z.union([z.string(), z.instanceof(Uint8Array)])
    }), z.string().nullable(), { longestText: 128 << 20 }),
    /** Prints a page that the window made where the person says; the file's name or null. Nothing in the page is run. */
    savePdf: request(z.object({ suggestedName: z.string(), page: z.string() }), z.string().nullable(), { longestText: 16 << 20 }),
    command: event(commandSchema),
    /** Runs to show, because a file of them was opened or an address of one was followed. */
    shown: event(shownSchema)
  },
  settings: {
    get: request(nothing, settingsSchema),
    set: request(settingsSchema.partial(), settingsSchema),
    changed: event(settingsSchema)
  },
  updates: {
    state: request(nothing, updateStateSchema),
    /** Asks the update address now; null where this is the newest version. */
    look: request(nothing, updateSchema.nullable()),
    /** Fetches the file that the last look found, and shows it in the system's file manager once it is whole. */
    download: request(nothing, z.object({ path: z.string() })),
    found: event(updateSchema)
  },
  camera: {
    /** The person pressed the camera's button there: asks them the first time, and lets the page use the camera until `close`. */
    open: request(z.object({ place: cameraPlaceSchema }), cameraAnswerSchema),
    /** The camera is not used there any longer. What a model was asked about is deleted. */
    close: request(z.object({ place: cameraPlaceSchema }), nothing),
    /** Keeps a frame as a file, which then is like any other picture. */
    keep: request(takenPictureSchema, keptPictureSchema),
    remove: request(pictureToRemoveSchema, nothing),
    /** Folders of pictures that were taken for data sets, the newest first. */
    folders: request(nothing, z.array(cameraFolderSchema))
  },
  datasets: {
    list: request(nothing, z.object({ datasets: z.array(datasetSchema), damaged: z.array(damagedSchema) })),
    formats: request(nothing, z.array(datasetFormatSchema)),
    /** Starts an import; progress comes with `jobs.changed`. */
    add: request(importOptionsSchema, z.object({ jobId: idSchema })),
    /** Starts an import of pictures below a folder, each with the class that it was given; progress comes with `jobs.changed`. */
    addLabelled: request(z.object({
      folder: z.string().min(1), files: z.array(z.object({ file: z.string(), class: z.string().min(1) })).min(1).max(mostInTable),
      name: z.string().min(1).max(200), size: importOptionsSchema.shape.size
    }), z.object({ jobId: idSchema })),
    /** The data sets that Graft can get by itself, with what is there of each. */
    known: request(nothing, z.array(knownDatasetSchema)),
    /** Starts a download, or goes on with one; progress comes with `jobs.changed`. */
    get: request(getDatasetSchema, z.object({ jobId: idSchema })),
    /** Removes what a download left that was not finished. */
    discardDownload: request(z.object({ known: idSchema }), nothing),
    /** Looks at a folder or file before it is added; progress comes with `jobs.changed`, what was found with `inspection`. */
    inspect: request(inspectOptionsSchema, z.object({ jobId: idSchema })),
    /** What a look that is done found; null for one that is not, or is long past. */
    inspection: request(z.object({ jobId: idSchema }), inspectionSchema.nullable()),
    /** Whether what it was imported from has changed since. */
    source: request(z.object({ id: idSchema }), sourceStateSchema),
    /** Changes the name on screen only. */
    rename: request(z.object({ id: idSchema, name: z.string().trim().min(1).max(200) }), datasetSchema),
    /** Starts to make another data set of one; progress comes with `jobs.changed`. */
    derive: request(deriveOptionsSchema, z.object({ jobId: idSchema })),
    /** Asks where, and starts to save what a model sees in the images; null when the dialogue was closed. A notice tells how it ended. */
    saveFeatures: request(
      z.object({ id: idSchema, model: modelRefSchema, split: anySplitSchema, format: featureFormatSchema }), z.object({ jobId: idSchema }).nullable()
    ),
    /** Starts to make a corrected data set of one; progress comes with `jobs.changed`. */
    mend: request(mendOptionsSchema, z.object({ jobId: idSchema })),
    /** Looks for what is wrong with a data set; progress comes with `jobs.changed`, what was found with `examined`. */
    examine: request(examinationWantedSchema, z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. */
    examined: request(z.object({ jobId: idSchema }), examinationSchema.nullable()),
    /** Names the unlabelled pictures that would teach most; progress comes with `jobs.changed`, what was chosen with `nextLabels`. */
    labelNext: request(labelNextWantedSchema, z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. */
    nextLabels: request(z.object({ jobId: idSchema }), labelNextSchema.nullable()),
    /** What was decided of its pictures and not made into another data set yet; null where there is nothing, or it was of other pictures. */
    draft: request(z.object({ id: idSchema }), keptDraftSchema.nullable()),
    /** Keeps that on disk in the place of what was kept before; null forgets it. */
    keepDraft: request(z.object({ id: idSchema, draft: correctionsDraftSchema.nullable() }), nothing),
    /** Labels or domains of some images by position, for galleries; null where there is none. */
    labels: request(z.object({
      id: idSchema, split: splitNameSchema, column: z.enum(['labels', 'domains']).optional(), from: z.int().min(0), count: z.int().min(0).max(10_000)
    }), z.array(z.int().nullable())),
    /** File names of some images by position, for the viewer; null where there is none. */
    names: request(z.object({
      id: idSchema, split: anySplitSchema, from: z.int().min(0), count: z.int().min(0).max(10_000)
    }), z.array(z.string().nullable())),
    remove: request(z.object({ id: idSchema }), z.object({ undoToken: z.string() })),
    restore: request(z.object({ undoToken: z.string() }), nothing),
    changed: event(z.object({ id: idSchema.optional() }))
  },
  models: {
    list: request(nothing, z.object({
      architectures: z.array(architectureSummarySchema), models: z.array(modelSummarySchema), damaged: z.array(damagedSchema)
    })),
    /** Asks where, and starts an export; null when the dialogue was closed. A notice tells how it ended. */
    export: request(z.object({ ref: modelRefSchema, format: exportFormatSchema }), z.object({ jobId: idSchema }).nullable()),
    /** Asks a saved model about picture files, or pictures of a data set; progress comes with `jobs.changed`, the answer with `prediction`. */
    predict: request(z.object({ ref: modelRefSchema, images: z.array(pictureWantedSchema).min(1).max(mostPictures) }), z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. Pictures are named without their folders. */
    prediction: request(z.object({ jobId: idSchema }), predictionsSchema.nullable()),
    /** Lets other programs of this machine ask a saved model, until the job is cancelled; its address comes with `jobs.changed`. */
    serve: request(z.object({ ref: modelRefSchema }), z.object({ jobId: idSchema })),
    /** Asks a saved model about every picture among files and folders; progress comes with `jobs.changed`, the answer with `sorted`. */
    sort: request(z.object({ ref: modelRefSchema, paths: droppedPathsSchema }), z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. */
    sorted: request(z.object({ jobId: idSchema }), sortedSchema.nullable()),
    /** Lays out what models make of pictures in one plane; progress comes with `jobs.changed`, what was found with `mapFound`. */
    map: request(featureMapWantedSchema, z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. */
    mapFound: request(z.object({ jobId: idSchema }), featureMapSchema.nullable()),
    /** Holds the layers of two models against each other; progress comes with `jobs.changed`, what was found with `similarityFound`. */
    similarity: request(similarityWantedSchema, z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. */
    similarityFound: request(z.object({ jobId: idSchema }), similaritySchema.nullable()),
    formats: request(nothing, z.array(modelFormatSchema)),
    /** A model file from a system dialogue that shows the endings of the formats; null when it was closed. */
    choose: request(nothing, z.string().nullable()),
    /** A text file with class names from a system dialogue, as it is; null when it was closed. */
    chooseClassNames: request(nothing, z.object({ file: z.string(), text: z.string() }).nullable()),
    /** Looks at a file before it is imported: a worker reads it, nothing is kept; progress comes with `jobs.changed`, what was found with `inspection`. */
    inspect: request(modelImportOptionsSchema, z.object({ jobId: idSchema })),
    /** What a look that is done found; null for one that is not, or is long past. */
    inspection: request(z.object({ jobId: idSchema }), modelInspectionSchema.nullable()),
    /** Starts an import; progress comes with `jobs.changed`. */
    import: request(modelImportOptionsSchema, z.object({ jobId: idSchema })),
    /** The trained networks of others that Graft can get by itself, each with what is there of it. */
    known: request(nothing, z.array(knownModelSchema)),
    /** Queues a download with the import after it; progress comes with `jobs.changed`. */
    get: request(getModelSchema, z.object({ jobId: idSchema })),
    /** Frees the disk of what a download left that did not come to its end. */
    discardDownload: request(getModelSchema, nothing),
    /** Changes an imported model's name on screen only. */
    rename: request(z.object({ id: idSchema, name: z.string().trim().min(1).max(200) }), modelSummarySchema),
    remove: request(z.object({ id: idSchema }), z.object({ undoToken: z.string() })),
    restore: request(z.object({ undoToken: z.string() }), nothing),
    changed: event(z.object({ ref: z.string().optional() }))
  },
  methods: {
    list: request(nothing, z.array(methodSummarySchema))
  },
  advice: {
    /** Looks at a transfer before it is trained; progress comes with `jobs.changed`, the advice with `answer`. */
    ask: request(adviceWantedSchema, z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. */
    answer: request(z.object({ jobId: idSchema }), adviceSchema.nullable()),
    /** The newest advice that was given for the same source, target and grant. */
    standing: request(adviceWantedSchema, adviceSchema.nullable()),
    /** Trains the best candidates by successive halving within some minutes; `raced` reads how it ended. */
    race: request(raceWantedSchema, z.object({ jobId: idSchema })),
    raced: request(z.object({ jobId: idSchema }), raceSchema.nullable()),
    /** How the newest race for the same source, target and grant ended. */
    standingRace: request(adviceWantedSchema, raceSchema.nullable()),
    /** Tries rising learning rates on a transfer; progress comes with `jobs.changed`, what was found with `triedRates`. */
    rates: request(ratesWantedSchema, z.object({ jobId: idSchema })),
    triedRates: request(z.object({ jobId: idSchema }), triedRatesSchema.nullable()),
    /** How fast networks were seen to train on this machine, lately, what computes here (null where that could not be found), and how much memory this machine has. */
    paces: request(nothing, z.object({
      machine: machineSchema.nullable(), memoryBytes: z.number(), paces: z.array(knownPaceSchema)
    })),
    /** Tries how fast a network trains here, which takes seconds; what was seen comes with `measuredPace`. */
    measurePace: request(paceWantedSchema, z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled, or gave way to what a person asked for. */
    measuredPace: request(z.object({ jobId: idSchema }), knownPaceSchema.nullable())
  },
  xray: {
    /** Compares what a source learned from with a target; progress comes with `jobs.changed`, what was seen with `answer`. */
    ask: request(xrayWantedSchema, z.object({ jobId: idSchema })),
    /** What came of it, once it has ended; null where it was cancelled. */
    answer: request(z.object({ jobId: idSchema }), xraySchema.nullable())
  },
  runs: {
    list: request(nothing, z.object({ runs: z.array(runSchema), damaged: z.array(damagedSchema) })),
    get: request(z.object({ id: idSchema }), runSchema),
    /** The whole series; void lines of before a resume are left out. */
    metrics: request(z.object({ id: idSchema }), z.array(metricSchema)),
    /** What was watched while it trained; null for a run that has nothing of the kind. */
    replay: request(z.object({ id: idSchema }), replaySchema.nullable()),
    /** Problems that would stop its spec where it would be computed, each with its field; empty when it can start. */
    check: request(startWantedSchema, z.array(errorValueSchema)),
    /** With `twins`, several `seeds`, a `grid` or `depths` a study of runs, all queued; the answer is its first candidate. */
    start: request(startWantedSchema, runSchema),
    /**
     * Trains what a finished transfer is held against: its control with the same labels, split, seed and steps. The one
     * that it has already is given again, unless that was stopped or failed.
     */
    control: request(z.object({ id: idSchema }), runSchema),
    /** How many runs that would be, and how long they take; nothing is started. */
    plan: request(startWantedSchema, startPlanSchema),
    /** What the runs of a study say together, as far as they are done. */
    study: request(z.object({ id: idSchema }), studyReportSchema),
    /** From its last checkpoint; with `fromStart` without any, as where they are damaged. */
    resume: request(z.object({ id: idSchema, fromStart: z.boolean().optional() }), runSchema),
    cancel: request(z.object({ id: idSchema }), nothing),
    stopAfterEpoch: request(z.object({ id: idSchema }), nothing),
    rename: request(z.object({ id: idSchema, name: z.string().min(1).max(200) }), runSchema),
    /** Changes what a person put on a run: its tags, its note, whether it is pinned. */
    mark: request(z.object({ id: idSchema, marks: runMarksSchema.partial() }), runSchema),
    /** How runs went, by id, in few points; a run that tells no accuracy is left out. */
    curves: request(z.object({ ids: z.array(idSchema).max(mostCurves) }), z.record(z.string(), runCurveSchema)),
    compare: request(z.object({ ids: z.array(idSchema).min(2).max(8) }), comparisonSchema),
    /** The answers of two runs for the same test images, paired. */
    flips: request(z.object({ first: idSchema, second: idSchema }), flipsSchema),
    /** The images of one of their four cells, with both answers. */
    flipImages: request(flipImagesWantedSchema, flipImagesSchema),
    /** The test images behind a bar or a cell of a run's evaluation, mistakes first. */
    answers: request(answersWantedSchema, answersSchema),
    /** What runs took each test image for, with the file that it was: to be saved as a table. */
    answerList: request(z.object({ ids: z.array(idSchema).min(1).max(8) }), answerListSchema),
    /** Asks where, and starts to save runs as one file; null when the dialogue was closed. A notice tells how it ended. */
    save: request(saveRunsSchema.pick({ ids: true }), z.object({ jobId: idSchema }).nullable()),
    /** Starts to bring the runs of a file in; `app.shown` then names them. */
    open: request(z.object({ path: z.string().min(1) }), z.object({ jobId: idSchema })),
    /** A file of runs from a system dialogue; null when it was closed. */
    choose: request(nothing, z.string().nullable()),
    remove: request(z.object({ ids: z.array(idSchema).min(1) }), z.object({ undoToken: z.string() })),
    restore: request(z.object({ undoToken: z.string() }), nothing),
    /** A run's record changed, came or went. */
    changed: event(z.object({ id: idSchema, run: runSchema.nullable() })),
    /** At most ten a second: where it stands, and the lines of the series since the last. */
    progress: event(z.object({ progress: runProgressSchema, metrics: z.array(metricSchema) }))
  },
  workers: {
    /** Looks at other machines for studies; progress comes with `jobs.changed`, what was found with `checked`. */
    check: request(checkedPlaceSchema, z.object({ jobId: idSchema })),
    /** What a check that is done found; null where it was cancelled. */
    checked: request(z.object({ jobId: idSchema }), workersSchema.nullable())
  },
  comparisons: {
    /** Those that were given a name, the youngest first. */
    list: request(nothing, z.array(keptComparisonSchema)),
    /** Keeps one, or changes its name, note or runs; the answer is the new list. */
    keep: request(keptComparisonSchema, z.array(keptComparisonSchema)),
    remove: request(z.object({ id: idSchema }), z.array(keptComparisonSchema))
  },
  jobs: {
    list: request(nothing, z.array(jobStatusSchema)),
    cancel: request(z.object({ id: idSchema }), nothing),
    /** Puts a waiting job one place forward or back among those that wait beside it; the answer is the new order. */
    move: request(z.object({ id: idSchema, by: z.union([z.literal(-1), z.literal(1)]) }), z.array(jobStatusSchema)),
    changed: event(jobStatusSchema)
  },
  notices: {
    /** Something a person should know now, wherever they are: a worker died, a file was set aside. */
    raised: event(z.object({
      level: z.enum(['info', 'warning', 'error']), text: textSchema, remedy: textSchema.optional(), runId: idSchema.optional(),
      /** The job it tells the end of: a screen that shows that end itself takes the notice away. */
      jobId: idSchema.optional()
    }))
  }
}
export type AppContract = typeof appContract

/** `window.graft`: the contract, and the one thing that only the preload can do. */
export type GraftApi = Client<AppContract> & {
  /** Path of a file that was dropped on the window; empty when it has none. */
  pathForFile(file: unknown): string
}

/** Address of one image of a data set, for `<img>`: read-only, keyed by ids. */
export const imageAddress = (id: string, split: string, position: number): string =>
  `graft-image://dataset/${id}/${split}/${position}.bmp`

/** Pictures that one address may ask for. */
export const longestStrip = 256

/**
 * Address of some images of a data set one below the other, each shrunk by a whole factor: a row of a gallery is one
 * request. Neighbours are written as a range, `4-7,9`.
 */
export function stripAddress(id: string, split: string, factor: number, positions: readonly number[]): string {
  const ranges: string[] = []
  for (let start = 0, end = 0; start < positions.length; start = end) {
    for (end = start + 1; positions[end] === positions[end - 1]! + 1;) end++
    ranges.push(end - start === 1 ? String(positions[start]) : `${positions[start]}-${positions[end - 1]}`)
  }
  return `graft-image://dataset/${id}/${split}/${factor}/${ranges.join(',')}.bmp`
}
