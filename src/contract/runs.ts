import { z } from 'zod'
import { idSchema, splitNameSchema } from './datasets'
import { errorValueSchema } from './errors'
import { modelRefSchema } from './models'
import { parameterValueSchema } from './parameters'
import { textSchema } from './text'
import { trainingSettingsSchema } from './training'

/** What computes, best first. */
export const backendKinds = ['gpu', 'cpu', 'wasm'] as const
/** Where a spec may ask to compute; `auto` takes the best there is. */
export const devices = ['auto', ...backendKinds] as const
export const deviceSchema = z.enum(devices)
export type Device = z.infer<typeof deviceSchema>

/** Target labels a spec grants: all of the training split, none, or so many a class (drawn with the seed). */
export const labelGrantSchema = z.union([z.literal('all'), z.literal('none'), z.object({ perClass: z.int().min(1) })])
export type LabelGrant = z.infer<typeof labelGrantSchema>

/** The complete, serialisable description of one training: enough to repeat it to the same numbers. */
export const specSchema = z.strictObject({
  source: z.strictObject({ model: modelRefSchema, dataset: idSchema.optional() }),
  target: z.strictObject({
    dataset: idSchema,
    labels: labelGrantSchema,
    /**
     * Where the target is one domain of its data set: that domain's name. A source of the same data set is then all the
     * others: the domain is left out.
     */
    domain: z.string().optional()
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

/** Control runs that a study adds: from scratch; trained on the source alone; with all of the target's labels. */
export const twinRoles = ['scratch', 'source-only', 'target-supervised'] as const
export const twinRoleSchema = z.enum(twinRoles)
export type TwinRole = z.infer<typeof twinRoleSchema>

export const scoreSchema = z.object({
  /** Share of right answers in [0, 1]. */
  accuracy: z.number(),
  /** Mean cross-entropy in nats. */
  loss: z.number(),
  n: z.int(),
  perClass: z.array(z.object({ class: z.string(), accuracy: z.number().nullable(), n: z.int() })),
  /** confusion[true class][predicted class], counts. */
  confusion: z.array(z.array(z.int())).optional()
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

/** How an epoch was chosen without target labels, and what that cost, as the labels told once training was over. */
const selectionSchema = z.object({
  /** Held-out target images that were looked at without their labels. */
  images: z.object({ split: splitNameSchema, n: z.int() }),
  /** The score that chose; `last` where none did. */
  score: z.string(),
  /** The epoch whose weights were kept. */
  epoch: z.int(),
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
  /** Seconds of work, without pauses, over all its sessions. */
  seconds: z.number(),
  imagesPerSecond: z.number().optional(),
  metrics: z.object({ validation: scoreSchema.optional(), test: scoreSchema.optional(), train: scoreSchema.optional() }),
  /** Attempts that went wrong and were begun anew at a tenth of the learning rate, which Graft had chosen itself. */
  rescues: z.array(z.object({ stage: z.int(), epoch: z.int(), step: z.int(), learningRate: z.number() })).optional(),
  /** Why what it learned cannot be told from guessing; absent where it can. */
  unlearned: textSchema.optional(),
  /** The epoch whose weights were kept, and the score that chose it. */
  chosen: z.object({ epoch: z.int(), score: z.string(), value: z.number() }).optional(),
  /** Where the target's labels were not granted: how the epoch was chosen all the same. */
  selection: selectionSchema.optional(),
  backend: backendSummarySchema.optional(),
  versions: z.record(z.string(), z.string()),
  /** SHA-256 by data set and part, e.g. `digits/train/images`. */
  dataHashes: z.record(z.string(), z.string()),
  /** Last whole checkpoint: where Resume goes on. */
  checkpoint: z.object({ epoch: z.int(), step: z.int(), savedAt: z.iso.datetime() }).optional(),
  /** Why it stopped, for `interrupted` and `failed`. */
  error: errorValueSchema.optional(),
  /** The process that works on it, to notice when that is gone. */
  owner: z.object({
    pid: z.int(), host: z.string(), startedAt: z.iso.datetime(),
    /** The process's boot and start, where the system tells, so that a reused pid is not taken for it. */
    token: z.string().optional()
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
  notes: z.array(textSchema)
})
export type Run = z.infer<typeof runSchema>

/** Which test images: those of a class, by its place among the classes; with `predicted` those of them that were taken for that class. */
export const answersWantedSchema = z.object({ id: idSchema, truth: z.int().min(0), predicted: z.int().min(0).optional() })
export type AnswersWanted = z.infer<typeof answersWantedSchema>

/** Test images by their positions in the data set's test split, and the class that a run gave each. */
export const answersSchema = z.object({ dataset: idSchema, positions: z.array(z.int().min(0)), predicted: z.array(z.int().min(0)) })
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

export const comparisonSchema = z.object({ runs: z.array(runSchema), differences: z.array(pairedDifferenceSchema) })
export type Comparison = z.infer<typeof comparisonSchema>
