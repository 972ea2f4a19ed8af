import { z } from 'zod'
import { idSchema, imageShapeSchema } from './datasets'
import { modelRefSchema } from './models'
import { backendSummarySchema, deviceSchema, specSchema } from './runs'
import { textSchema } from './text'

/** What advice is asked for: a source, a target and the labels that are granted; or, for all of the shelf, which source. */
export const adviceWantedSchema = z.object({
  source: modelRefSchema,
  /** Labelled source images, for methods that learn from them. */
  sourceData: idSchema.optional(),
  target: specSchema.shape.target,
  /** Draws the granted labels, as a run with this seed does. */
  seed: z.int().default(1),
  device: deviceSchema.default('auto'),
  /** Also ranks every trained network on the shelf for this target. */
  allSources: z.boolean().default(false)
})
export type AdviceWanted = z.input<typeof adviceWantedSchema>
export type AdviceRequest = z.output<typeof adviceWantedSchema>

const intervalSchema = z.tuple([z.number(), z.number()])

/** A figure with its 95 % interval, where there are images enough for one. */
const estimateSchema = z.object({ value: z.number(), interval: intervalSchema.optional() })
export type Estimate = z.infer<typeof estimateSchema>

const scoreEvidenceSchema = z.object({
  id: z.string(),
  title: textSchema,
  /** What it measures, in plain words. */
  means: textSchema,
  reference: z.string(),
  /** Of the source's features; absent where the score has nothing to say. */
  source: estimateSchema.optional(),
  /** The same of the pixels alone, without any network: what the source has to beat. */
  pixels: estimateSchema.optional()
})
export type ScoreEvidence = z.infer<typeof scoreEvidenceSchema>

/** How fast and how large the source's network is on this machine, by a short probe. */
const paceSchema = z.object({
  /** Images per second looked at, and trained on. */
  looking: z.number(),
  training: z.number(),
  /** Bytes that training takes beside the images, and for each image of a batch. */
  baseBytes: z.number(),
  bytesPerImage: z.number(),
  /** Steps that were tried. */
  steps: z.int()
})
export type Pace = z.infer<typeof paceSchema>

/** Whose pace is wanted: a network's, on a data set's images. */
export const paceWantedSchema = z.object({
  source: modelRefSchema, target: idSchema, device: deviceSchema.default('auto'),
  /** Whether bfloat16 is tried beside float32. */
  bfloat16: z.boolean().optional()
})
export type PaceWanted = z.output<typeof paceWantedSchema>

/** A pace that was found on this machine. */
export const knownPaceSchema = z.object({
  /** `arch:<architecture>`, whatever it has learned; a model without a known architecture by its own name. */
  network: modelRefSchema,
  input: imageShapeSchema,
  /** As it was asked for. */
  device: deviceSchema,
  /** What computed: another backend, card or number of threads has another pace. */
  backend: backendSummarySchema,
  pace: paceSchema,
  /** What bfloat16 gains and costs there, where it was tried: its speed as a multiple of float32's, and how far the losses of the same steps lay apart, as a part of them. */
  bfloat16: z.object({ speed: z.number(), apart: z.number(), steps: z.int() }).optional(),
  at: z.string()
})
export type KnownPace = z.infer<typeof knownPaceSchema>

/** What was seen of one source on this target. Only granted labels were read, and no image of the test split. */
const evidenceSchema = z.object({
  source: modelRefSchema,
  name: z.string(),
  /** `fresh`: an architecture. `own`: a run of this library. `imported`: a file, or the model that comes with Graft. */
  sourceKind: z.enum(['fresh', 'own', 'imported']),
  /** Whether source and target name the same classes. */
  sameClasses: z.boolean(),
  /** Training images of the target, and those of them whose labels are granted. */
  targetImages: z.int(),
  labelled: z.int(),
  /** Granted labels of the class that has fewest. */
  labelsPerClass: z.int(),
  classes: z.int(),
  /** How many images were looked at for this. */
  looked: z.int(),
  scores: z.array(scoreEvidenceSchema),
  /** A logistic regression on the features, each image judged by a fit without it: accuracy over the folds. */
  crossValidated: estimateSchema.optional(),
  /** How often the source's own head is right about the labelled images, where the classes are the same. */
  head: estimateSchema.optional(),
  /** Without a label: mean of the largest probability of the source's head, and how many classes it really uses. */
  unlabelled: z.object({ confidence: z.number(), classesUsed: z.number(), of: z.int() }).optional(),
  pace: paceSchema.optional()
})
export type Evidence = z.infer<typeof evidenceSchema>

/** What a method will reach, as far as that can be told in advance. */
const expectedSchema = z.object({
  accuracy: z.number(),
  interval: intervalSchema,
  /** How many measured tasks the difference to what was seen comes from; 0 where it was seen on the images themselves. */
  tasks: z.int()
})
export type Expected = z.infer<typeof expectedSchema>

const recommendationSchema = z.object({
  method: z.string(),
  title: textSchema,
  reason: textSchema,
  expected: expectedSchema.optional(),
  /** Seconds of work and bytes of memory on this machine, roughly. */
  seconds: z.number().optional(),
  bytes: z.number().optional(),
  control: textSchema,
  /** The spec it was foretold of: with the settings that the program chooses. */
  spec: specSchema
})
export type Recommendation = z.infer<typeof recommendationSchema>

const rankedSourceSchema = z.object({
  source: modelRefSchema,
  name: z.string(),
  parameters: z.number(),
  /** Leave-one-out accuracy of the nearest neighbours: what leads. */
  neighbours: estimateSchema.optional(),
  /** Of the other scores that speak of it, how many put it first among all sources. */
  votes: z.int(),
  of: z.int()
})
export type RankedSource = z.infer<typeof rankedSourceSchema>

export const adviceSchema = z.object({
  wanted: adviceWantedSchema,
  /** Whether three methods are put forward, or the evidence does not carry that. */
  state: z.enum(['advises', 'abstains']),
  /** Why it abstains, or what to keep in mind, each a sentence. */
  remarks: z.array(textSchema),
  evidence: evidenceSchema,
  recommendations: z.array(recommendationSchema),
  sources: z.array(rankedSourceSchema).optional(),
  /** Whether the features were there already. */
  cached: z.boolean(),
  seconds: z.number(),
  at: z.iso.datetime()
})
export type Advice = z.infer<typeof adviceSchema>

export const advicePhases = ['starting', 'loading', 'features', 'scores', 'probe', 'sources'] as const
export type AdvicePhase = (typeof advicePhases)[number]

/** A race between methods: the advice's question, and the time that a person gives for the answer. */
export const raceWantedSchema = adviceWantedSchema.omit({ allSources: true }).extend({ minutes: z.number().min(1).max(24 * 60) })
export type RaceWanted = z.input<typeof raceWantedSchema>
export type RaceRequest = z.output<typeof raceWantedSchema>

const entrantSchema = z.object({
  method: z.string(),
  title: textSchema,
  /** Its runs, the first round's first: ordinary runs of the library. */
  runs: z.array(z.object({
    id: idSchema,
    round: z.int().min(1),
    /** Epochs it took, and those that the program would choose where time is no matter. */
    epochs: z.int(),
    of: z.int(),
    seconds: z.number(),
    /** What it was judged by; absent where it has none. Never of a test image. */
    value: z.number().optional()
  })),
  /** Why it left the race otherwise than by another's being better. */
  out: textSchema.optional()
})
export type Entrant = z.infer<typeof entrantSchema>

export const raceSchema = z.object({
  wanted: raceWantedSchema,
  /** `validation`: accuracy on granted validation labels. Else the score without labels that all were compared by. */
  by: z.string(),
  /** Validation images that judged. */
  images: z.int().optional(),
  /** The winner first, then those that came furthest. */
  entrants: z.array(entrantSchema),
  /** The winner's best run; absent where no run can be judged. */
  winner: z.object({ method: z.string(), run: idSchema, value: z.number() }).optional(),
  /** What to make of it, each a sentence. */
  remarks: z.array(textSchema),
  seconds: z.number(),
  at: z.iso.datetime()
})
export type Race = z.infer<typeof raceSchema>

const racePhases = [...advicePhases, 'racing'] as const

/** Where a race stands; `done` and `total` are seconds once it is `racing`. */
export const raceProgressSchema = z.object({
  phase: z.enum(racePhases).optional(),
  done: z.number(),
  total: z.number().optional(),
  secondsLeft: z.number().optional(),
  /** Which round of how many, and the method whose turn it is. */
  round: z.int().optional(),
  rounds: z.int().optional(),
  method: textSchema.optional()
})
export type RaceProgress = z.infer<typeof raceProgressSchema>
