import { z } from 'zod'
import { calibrationSchema } from './calibration'
import { idSchema, splitNameSchema } from './datasets'
import { errorValueSchema } from './errors'
import { runMarksSchema } from './marks'
import { modelRefSchema } from './models'
import { parameterValueSchema } from './parameters'
import { awaySchema } from './workers'
import { textSchema } from './text'
import { trainingSettingsSchema } from './training'

/** What computes, best first. */
export const backendKinds = ['gpu', 'cpu', 'wasm'] as const
/** Where a spec may ask to compute; `auto` takes the best there is. */
export const devices = ['auto', ...backendKinds] as const
export const deviceSchema = z.enum(devices)
export type Device = z.infer<typeof deviceSchema>

/** Target labels a spec grants: all of the training split, none, or so many per class (drawn with the seed). */
export const labelGrantSchema = z.union([z.literal('all'), z.literal('none'), z.object({ perClass: z.int().min(1) })])
export type LabelGrant = z.infer<typeof labelGrantSchema>

/** Validation labels a spec grants beside them. */
export const validationGrantSchema = z.union([z.literal('all'), z.object({ perClass: z.int().min(1) })])
export type ValidationGrant = z.infer<typeof validationGrantSchema>

/**
 * The target's pictures that a run is tested on: one split of it, or all there are. Where the validation images are tested
 * on, they choose no epoch.
 */
export const testSplits = ['test', 'validation', 'all'] as const
export const testSplitSchema = z.enum(testSplits)
export type TestSplit = z.infer<typeof testSplitSchema>

/** Names of domains, each once. */
export const domainNamesSchema = z.array(z.string()).min(1)

/** The complete, serialisable description of one training: enough to repeat it to the same numbers. */
export const specSchema = z.strictObject({
  source: z.strictObject({
    model: modelRefSchema,
    dataset: idSchema.optional(),
    /** The domains of the source data set that are learned from; all of them when absent, or all but the target's. */
    domains: domainNamesSchema.optional()
  }),
  target: z.strictObject({
    dataset: idSchema,
    labels: labelGrantSchema,
    /**
     * Labelled validation images that may choose the epoch that is kept (drawn with the seed, as far as a class has them).
     * Absent in records of earlier versions, where all of them chose; without granted labels none does.
     */
    validationLabels: validationGrantSchema.optional(),
    /**
     * Where the target is one domain of its data set: that domain's name. A source of the same data set is then all the
     * others: the domain is left out.
     */
    domain: z.string().optional(),
    /** What it is tested on; the test split when absent. */
    testSplit: testSplitSchema.optional()
  }),
  method: z.strictObject({ id: z.string(), params: z.record(z.string(), parameterValueSchema) }),
  training: trainingSettingsSchema,
  /** Settings that Graft chose where nobody had set them, by name, each with why. Nothing is computed from it but whether Graft may choose again. */
  chosen: z.record(z.string(), textSchema).optional(),
  device: deviceSchema
})
export type Spec = z.infer<typeof specSchema>

export const runStates = ['queued', 'running', 'paused', 'interrupted', 'cancelled', 'failed', 'done'] as const
const runStateSchema = z.enum(runStates)
export type RunState = z.infer<typeof runStateSchema>

/** States from which a run can go on. */
export const resumableStates: readonly RunState[] = ['paused', 'interrupted', 'cancelled', 'failed']

/**
 * Control runs that a study adds: from scratch; trained on the source alone; the same method with its alignment switched
 * off, which leaves what separate statistics of each domain give; with all of the target's labels.
 */
export const twinRoles = ['scratch', 'source-only', 'no-alignment', 'target-supervised'] as const
export const twinRoleSchema = z.enum(twinRoles)
export type TwinRole = z.infer<typeof twinRoleSchema>

export const scoreSchema = z.object({
  /** Share of right answers in [0, 1]. */
  accuracy: z.number(),
  /** Mean of the classes' accuracies; absent in records of earlier versions, as `macroF1` is (`balanceOf` works them out). */
  balancedAccuracy: z.number().optional(),
  /** Mean of the classes' F1. */
  macroF1: z.number().optional(),
  /** Mean cross-entropy in nats. */
  loss: z.number(),
  n: z.int(),
  perClass: z.array(z.object({ class: z.string(), accuracy: z.number().nullable(), n: z.int() })),
  /** confusion[true class][predicted class], counts. */
  confusion: z.array(z.array(z.int())).optional(),
  /** Images of each class, in the classes' order, that are turned away as none of them; absent where no threshold is known. */
  noneOfThese: z.array(z.int()).optional()
})
export type Score = z.infer<typeof scoreSchema>

export const backendSummarySchema = z.object({
  kind: z.enum(backendKinds),
  /** The library and its version, e.g. `TensorFlow 2.16.1`. */
  library: z.string(),
  /** Name of the processor or the graphics card. */
  device: z.string(),
  threads: z.int(),
  /** Whether oneDNN's kernels were on: the last digits depend on it. */
  oneDnn: z.boolean().optional()
})
export type BackendSummary = z.infer<typeof backendSummarySchema>

/** How gradient steps are computed: each as functions of TensorFlow's, or operation by operation. */
const computationSchema = z.object({
  steps: z.enum(['functions', 'operations']),
  /** What convolutions and large products of the steps computed in; absent for float32. */
  precision: z.literal('bfloat16').optional(),
  /** Why they are not functions, where the spec asks for functions. */
  reason: textSchema.optional(),
  /** TensorFlow's operations that could not be part of a function and ran by themselves between functions. */
  alone: z.array(z.string()).optional()
})
export type Computation = z.infer<typeof computationSchema>

/** How an epoch was chosen without target labels, and what that cost, as the labels told once training was over. */
const selectionSchema = z.object({
  /** Held-out target images that were looked at without their labels. */
  images: z.object({ split: splitNameSchema, n: z.int() }),
  /** The score that chose; `last` where none did. */
  score: z.string(),
  /** The epoch whose weights were kept. */
  epoch: z.int(),
  /** Kept in place of the start, though the score that chose rates the start higher: at equal sureness it does not. */
  overStart: z.boolean().optional(),
  /** Its accuracy on those images; like all accuracies here absent where the target has no labels at all. */
  accuracy: z.number().optional(),
  /** The epoch that each score would have kept, `last` among them, and its accuracy. */
  choices: z.array(z.object({
    score: z.string(), epoch: z.int(), value: z.number().optional(), accuracy: z.number().optional()
  })),
  /** The best epoch, had one been allowed to look. */
  best: z.object({ epoch: z.int(), accuracy: z.number() }).optional(),
  /** What not looking cost: accuracy of the best epoch less that of the kept one. */
  cost: z.number().optional(),
  /**
   * The second opinion, which does not ask the classes to come equally often: its value at the kept epoch, the epoch it
   * would have kept, and the share of the held-out images that the two answer differently.
   */
  second: z.object({ score: z.string(), value: z.number(), epoch: z.int(), differing: z.number(), disagrees: z.boolean() }).optional(),
  /** How far the target's class shares, as predicted, are from the source's: half the sum of the differences, in [0, 1]. */
  shift: z.object({ distance: z.number(), far: z.boolean() }).optional(),
  /** Classes that the kept epoch's predictions really fall into (e to the entropy of their shares); alarming when few. */
  predictedClasses: z.object({ count: z.number(), of: z.int(), collapsed: z.boolean() })
})
export type SelectionRecord = z.infer<typeof selectionSchema>

/** `run.json`: state, summary and surroundings of one run. */
export const runSchema = z.object({
  schemaVersion: z.literal(1),
  id: idSchema,
  name: z.string(),
  state: runStateSchema,
  spec: specSchema,
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  /** Names as they were when it ran, for screens that outlive the data set. */
  names: z.object({
    source: z.string(), target: z.string(), method: z.string(),
    /** Its source data set; absent where it had none, and in records of earlier versions. */
    sourceData: z.string().optional()
  }),
  /** Epochs finished. */
  epochs: z.int(),
  /** Gradient steps it took, over all its stages; absent until it is done, and in records of earlier versions. */
  steps: z.int().optional(),
  /** Seconds of work, without pauses, over all its sessions. */
  seconds: z.number(),
  imagesPerSecond: z.number().optional(),
  /** Most memory that its process held, in bytes; absent in records of earlier versions. */
  memoryBytes: z.int().optional(),
  metrics: z.object({ validation: scoreSchema.optional(), test: scoreSchema.optional(), train: scoreSchema.optional() }),
  /**
   * Attempts that went wrong, at a learning rate that Graft had chosen itself. What followed went at a tenth of it, from the
   * end of epoch `from` (0 is the stage's start), the best until then; from the run's beginning where that is absent.
   */
  rescues: z.array(z.object({ stage: z.int(), epoch: z.int(), step: z.int(), learningRate: z.number(), from: z.int().optional() })).optional(),
  /** Why what it learned cannot be told from guessing; absent where it can. */
  unlearned: textSchema.optional(),
  /** The epoch whose weights were kept, and the score that chose it. */
  chosen: z.object({ epoch: z.int(), score: z.string(), value: z.number() }).optional(),
  /** What validation images told of how sure the model may be. */
  calibration: calibrationSchema.optional(),
  /** Where the target's labels were not granted: how the epoch was chosen all the same. */
  selection: selectionSchema.optional(),
  backend: backendSummarySchema.optional(),
  /** How its gradient steps were computed; absent where it took none, and in records of earlier versions, which took them operation by operation. */
  computation: computationSchema.optional(),
  versions: z.record(z.string(), z.string()),
  /** SHA-256 by data set and part, e.g. `digits/train/images`. */
  dataHashes: z.record(z.string(), z.string()),
  /** SHA-256 of files in the run's folder that answers are read from, e.g. `evaluation/test.predictions.i32`; of what was written since there are such hashes. */
  files: z.record(z.string(), z.string()).optional(),
  /** Last whole checkpoint: where Resume goes on. Epoch and step count within its stage, which records of earlier versions do not name. */
  checkpoint: z.object({ stage: z.int().optional(), epoch: z.int(), step: z.int(), savedAt: z.iso.datetime() }).optional(),
  /** Why it stopped, for `interrupted` and `failed`. */
  error: errorValueSchema.optional(),
  /** The process that works on it, to notice when that is gone. */
  owner: z.object({
    pid: z.int(), host: z.string(), startedAt: z.iso.datetime(),
    /** The process's boot and start, where the system tells, so that a reused pid is not taken for it. */
    token: z.string().optional()
  }).optional(),
  /** While another machine has it, or will have it: no process here works on it. */
  away: awaySchema.optional(),
  /** Where elsewhere its last checkpoint may lie: the folder could not be read when it ended. It is fetched later, before the run goes on. */
  leftThere: z.object({ on: z.string(), store: z.string(), attempt: z.int().min(1) }).optional(),
  /** Where it was computed, if not here: the cluster's address, the node, and how often it was given out. */
  computedOn: z.object({ on: z.string(), host: z.string(), attempts: z.int() }).optional(),
  /** What the advisor foretold of it before it began: `first` is the method that it put first, `place` where it put this one. */
  prediction: z.object({
    accuracy: z.number(), interval: z.tuple([z.number(), z.number()]), place: z.int(), first: z.string(), at: z.iso.datetime()
  }).optional(),
  /** The study it belongs to, and its role there when it is a twin. */
  study: z.object({
    id: idSchema,
    role: z.enum(['candidate', ...twinRoles]),
    /** Ids of a candidate's twins: same budget, same seed. */
    twins: z.partialRecord(twinRoleSchema, idSchema).optional(),
    /** Why a candidate has no twin of some role. */
    notes: z.array(textSchema).optional()
  }).optional(),
  /** Things worth knowing about this run: a head replaced, blocks not matched, few labels. */
  notes: z.array(textSchema),
  /** What a person put on it; absent where nothing. It lies beside the record, in `marks.json`. */
  marks: runMarksSchema.optional()
})
export type Run = z.infer<typeof runSchema>

/** Which test images: those of a class, by its place among the classes; with `predicted` those of them that were taken for that class. */
export const answersWantedSchema = z.object({ id: idSchema, truth: z.int().min(0), predicted: z.int().min(0).optional() })
export type AnswersWanted = z.infer<typeof answersWantedSchema>

/**
 * Test images by their positions, and the class that a run gave each. Positions count within the split that was tested on;
 * where all were, through training, validation and test.
 */
export const answersSchema = z.object({ dataset: idSchema, split: testSplitSchema, positions: z.array(z.int().min(0)), predicted: z.array(z.int().min(0)) })
export type Answers = z.infer<typeof answersSchema>

/** One line of `metrics.jsonl`. `seconds` is time of work since the run began. */
export const metricSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('step'), stage: z.int(), epoch: z.int(), step: z.int(), seconds: z.number(),
    learningRate: z.number(), losses: z.record(z.string(), z.number())
  }),
  z.object({
    kind: z.literal('epoch'), stage: z.int(), epoch: z.int(), step: z.int(), seconds: z.number(),
    train: z.object({ loss: z.number(), accuracy: z.number().optional() }),
    validation: z.object({ loss: z.number(), accuracy: z.number() }).optional(),
    imagesPerSecond: z.number().optional(),
    /** Label-free scores, and whatever else a method reports at the end of an epoch. */
    scores: z.record(z.string(), z.number()).optional(),
    /** On the source's validation images: the lower one is kept of epochs with equal source validation. */
    sourceLoss: z.number().optional()
  }),
  /** How a stage's network scored before the first step, where its start may be kept: what epoch 0 is among the epochs. */
  z.object({
    kind: z.literal('start'), stage: z.int(), epoch: z.literal(0), step: z.literal(0), seconds: z.number(),
    validation: z.object({ loss: z.number(), accuracy: z.number() }).optional(),
    scores: z.record(z.string(), z.number()).optional(),
    sourceLoss: z.number().optional()
  }),
  /** The run went on from `step`: earlier lines past it are void. */
  z.object({ kind: z.literal('resumed'), stage: z.int(), epoch: z.int(), step: z.int(), seconds: z.number() }),
  z.object({ kind: z.literal('log'), seconds: z.number(), level: z.enum(['info', 'warning', 'error']), text: textSchema })
])
export type Metric = z.infer<typeof metricSchema>
export type StartMetric = Extract<Metric, { kind: 'start' }>
export type EpochMetric = Extract<Metric, { kind: 'epoch' }>

const runPhaseSchema = z.enum(['starting', 'loading', 'features', 'training', 'validating', 'testing', 'saving'])
export type RunPhase = z.infer<typeof runPhaseSchema>

/** Where a running run stands. */
export const runProgressSchema = z.object({
  runId: idSchema,
  state: runStateSchema,
  phase: runPhaseSchema,
  stage: z.int(),
  stages: z.int(),
  stageName: textSchema.optional(),
  epoch: z.int(),
  epochs: z.int(),
  /** Steps done in all, and steps there will be in all. */
  step: z.int(),
  steps: z.int(),
  stepInEpoch: z.int(),
  stepsPerEpoch: z.int(),
  seconds: z.number(),
  imagesPerSecond: z.number().optional(),
  secondsLeft: z.number().optional(),
  /** Learning rate of the last step, before the factors of groups. */
  learningRate: z.number().optional(),
  /** The epoch of the last stage that would be kept if it ended now; 0 is its start. */
  keptEpoch: z.int().optional(),
  /** Memory that its process holds, in bytes. */
  memoryBytes: z.number().optional(),
  backend: backendSummarySchema.optional()
})
export type RunProgress = z.infer<typeof runProgressSchema>

/** Two runs on the same test images, the second against the first. */
const pairedDifferenceSchema = z.object({
  first: idSchema,
  second: idSchema,
  /** Test accuracy of the second minus the first's. */
  difference: z.number(),
  /** 95 % interval, paired by image where both runs kept their predictions. */
  interval: z.tuple([z.number(), z.number()]).optional(),
  /** Images that only the second, and only the first, got right, and McNemar's exact test of them. */
  mcnemar: z.object({
    gained: z.int(), lost: z.int(), p: z.number(),
    /** With all comparisons with the same first run counted in (Holm); absent where there is no other. */
    corrected: z.number().optional()
  }).optional(),
  verdict: z.enum(['better', 'worse', 'no-evidence', 'not-comparable']),
  reason: textSchema.optional()
})
export type PairedDifference = z.infer<typeof pairedDifferenceSchema>

/** How right a run was where it was how sure: the test images by the confidence of their answers, in bins of equal width. */
const reliabilitySchema = z.object({
  /** Mean over the images of the gap between confidence and accuracy, bin by bin (Guo et al. 2017, equation 3). */
  expectedCalibrationError: z.number(),
  /** Bins with images, from unsure to sure. */
  bins: z.array(z.object({ from: z.number(), to: z.number(), n: z.int(), confidence: z.number(), accuracy: z.number() }))
})
export type Reliability = z.infer<typeof reliabilitySchema>

export const comparisonSchema = z.object({
  runs: z.array(runSchema), differences: z.array(pairedDifferenceSchema),
  /** By run; absent for a run that kept no confidence of its answers. */
  reliability: z.record(z.string(), reliabilitySchema).optional()
})
export type Comparison = z.infer<typeof comparisonSchema>

/** What became of a test image from the first run to the second. */
export const flipCells = ['fixed', 'broken', 'both-right', 'both-wrong'] as const
const flipCellSchema = z.enum(flipCells)
export type FlipCell = z.infer<typeof flipCellSchema>

/** Two runs' answers for the same test images, paired: the four cells, what the change is worth, and both confusion matrices. */
export const flipsSchema = z.object({
  cells: z.record(flipCellSchema, z.int()),
  n: z.int(),
  paired: pairedDifferenceSchema,
  classes: z.array(z.string()),
  /** Counts, [true class][predicted class], of the first run and of the second; absent where there are too many classes. */
  confusions: z.tuple([z.array(z.array(z.int())), z.array(z.array(z.int()))]).optional()
})
export type Flips = z.infer<typeof flipsSchema>

/** Which images of two runs: a cell, or those of a true class; the answers of which run their order follows. */
export const flipImagesWantedSchema = z.object({
  first: idSchema, second: idSchema, cell: flipCellSchema, truth: z.int().min(0).optional()
})
export type FlipImagesWanted = z.infer<typeof flipImagesWantedSchema>

/** The images of a cell by their positions (as those of `answersSchema`), those that the second run is surest of first. */
export const flipImagesSchema = z.object({
  dataset: idSchema, split: testSplitSchema, positions: z.array(z.int().min(0)), truth: z.array(z.int().min(0)),
  /** The class that each of the two gave. */
  predicted: z.tuple([z.array(z.int().min(0)), z.array(z.int().min(0))]),
  /** How sure each was of its answer, in [0, 1]; null where a run did not keep it, and the images are then in the split's order. */
  confidence: z.tuple([z.array(z.number()).nullable(), z.array(z.number()).nullable()])
})
export type FlipImages = z.infer<typeof flipImagesSchema>
