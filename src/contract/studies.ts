import { z } from 'zod'
import { idSchema } from './datasets'
import { modelRefSchema } from './models'
import { parameterValueSchema } from './parameters'
import { deviceSchema, domainNamesSchema, labelGrantSchema, specSchema, testSplitSchema, twinRoleSchema, validationGrantSchema } from './runs'
import { textSchema } from './text'

/** How many seeds a study takes, counted up from the spec's own. */
export const seedsSchema = z.int().min(1).max(50)

/** A value that a grid puts into a spec: whatever a spec can hold there. */
const gridValueSchema = z.union([parameterValueSchema, z.object({ perClass: z.int().min(1) })])
export type GridValue = z.infer<typeof gridValueSchema>

export const depthKindSchema = z.enum(['tuned', 'frozen', 'both'])
export type DepthKind = z.infer<typeof depthKindSchema>

/** Most runs that one study file may ask for, twins not counted. */
export const mostCandidates = 500

/** A study as a person writes it: a spec with the defaults left out, and what to vary. */
export const studyFileSchema = z.strictObject({
  /** The study's id; the file's name when absent. Runs of the same id and spec are not repeated. */
  id: idSchema.optional(),
  base: z.strictObject({
    source: z.strictObject({ model: modelRefSchema, dataset: idSchema.optional(), domains: domainNamesSchema.optional() }),
    target: z.strictObject({
      dataset: idSchema, labels: labelGrantSchema.optional(), validationLabels: validationGrantSchema.optional(), domain: z.string().optional(),
      testSplit: testSplitSchema.optional()
    }),
    method: z.strictObject({ id: z.string(), params: z.record(z.string(), parameterValueSchema).optional() }),
    training: z.record(z.string(), parameterValueSchema).optional(),
    device: deviceSchema.optional()
  }),
  /** Dotted path in the spec → values it takes, e.g. `method.params.copied`. All combinations are run. */
  grid: z.record(z.string(), z.array(gridValueSchema).min(1)).optional(),
  /** Feature transfer of the first 0, 1, 2 … blocks, which are trained further, kept frozen, or each once. */
  depths: depthKindSchema.optional(),
  twins: z.boolean().optional(),
  seeds: seedsSchema.optional()
})
export type StudyFile = z.infer<typeof studyFileSchema>

/** What the window starts: a spec, and what is to be run beside it or varied. */
export const startWantedSchema = z.object({
  spec: specSchema,
  name: z.string().optional(),
  twins: z.boolean().optional(),
  seeds: seedsSchema.optional(),
  grid: studyFileSchema.shape.grid,
  depths: depthKindSchema.optional()
})
export type StartWanted = z.infer<typeof startWantedSchema>

/** What would be trained: candidates and controls, and how long all of it takes as far as earlier runs tell. */
export const startPlanSchema = z.object({
  runs: z.int(),
  twins: z.int(),
  /** Seconds of those runs whose length can be told. */
  seconds: z.number(),
  /** Runs whose length nothing tells yet. */
  unknown: z.int(),
  /** Bytes of memory that the largest of them takes, roughly, and those that it may take where it is computed, if known; absent where nothing is known of a network. */
  memory: z.object({ bytes: z.number(), total: z.number().optional() }).optional()
})
export type StartPlan = z.infer<typeof startPlanSchema>

/** Test accuracy over the seeds of one arm, as far as its runs are done. */
export const armScoreSchema = z.object({
  runs: z.array(idSchema),
  /** Runs with a test score. */
  done: z.int(),
  /** Mean test accuracy in [0, 1] and its standard deviation over seeds (n − 1); absent where too few are done. */
  mean: z.number().optional(),
  standardDeviation: z.number().optional(),
  /** Means of what accuracy does not tell where classes are of unequal size; absent where a run's record lacks it. */
  balancedAccuracy: z.number().optional(),
  macroF1: z.number().optional()
})
export type ArmScore = z.infer<typeof armScoreSchema>

const studyVerdictSchema = z.enum(['helped', 'no-evidence', 'negative-transfer'])
export type StudyVerdict = z.infer<typeof studyVerdictSchema>

/** An arm against its twins of one role. */
export const twinComparisonSchema = z.object({
  role: twinRoleSchema,
  twin: armScoreSchema,
  /** Pairs of runs with the same seed, both done. */
  pairs: z.int(),
  /** Gradient steps that the arm and its twin took, where both records tell. */
  steps: z.object({ arm: z.int(), twin: z.int() }).optional(),
  /** Mean of the arm's test accuracy minus its twin's. */
  difference: z.number().optional(),
  /** 95 % interval of the difference. */
  interval: z.tuple([z.number(), z.number()]).optional(),
  /** What the interval is over. */
  over: z.enum(['seeds', 'images']).optional(),
  /** Absent against `target-supervised`, which is a bound and not a rival, and until a pair is done. */
  verdict: studyVerdictSchema.optional(),
  reason: textSchema.optional()
})
export type TwinComparison = z.infer<typeof twinComparisonSchema>

/** Candidates that differ in their seed alone. */
const studyArmSchema = z.object({
  method: z.string(),
  /** Settings in which the arms differ, by their path in the spec. */
  settings: z.record(z.string(), z.unknown()),
  score: armScoreSchema,
  twins: z.array(twinComparisonSchema),
  notes: z.array(textSchema)
})
export type StudyArm = z.infer<typeof studyArmSchema>

/** One depth of transfer: the blocks that were moved, and how well the rest could be trained on them. */
const depthPointSchema = z.object({
  moved: z.array(z.string()), tuned: armScoreSchema.optional(), frozen: armScoreSchema.optional()
})
export type DepthPoint = z.infer<typeof depthPointSchema>

export const studyReportSchema = z.object({
  id: idSchema,
  runs: z.int(),
  done: z.int(),
  arms: z.array(studyArmSchema),
  /** What is to be known of all verdicts together. */
  note: textSchema.optional(),
  /** The depth-of-transfer curve, where the arms draw one. */
  depths: z.array(depthPointSchema).optional()
})
export type StudyReport = z.infer<typeof studyReportSchema>
