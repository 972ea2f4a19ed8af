import { z } from 'zod'
import { idSchema, splitNameSchema } from './datasets'
import { modelRefSchema } from './models'
import { deviceSchema } from './runs'
import { textSchema } from './text'

/** The model in the box: it looks where nobody names another. */
export const defaultExaminer = 'model:efficientnet-lite0'

export const examinationWantedSchema = z.object({
  dataset: idSchema,
  /** Whose features the pictures are looked at with. */
  source: modelRefSchema.default(defaultExaminer),
  /** Whether the labels of the test split are read too. */
  testLabels: z.boolean().default(false),
  /** Pictures to look at in each split at most, the classes filled evenly. */
  images: z.int().min(20).max(100_000).default(3000),
  /** Draws them, and the parts of the cross-validation. */
  seed: z.int().default(1),
  device: deviceSchema.default('auto')
})
export type ExaminationWanted = z.input<typeof examinationWantedSchema>
export type ExaminationRequest = z.output<typeof examinationWantedSchema>

/** What can be wrong with the pictures of a data set, the worst first. */
export const troubles = [
  'label-errors', 'copies-across-splits', 'alike-across-classes', 'shortcut', 'blank', 'dark', 'bright', 'blurred', 'outliers', 'copies-within'
] as const
const troubleSchema = z.enum(troubles)
export type Trouble = z.infer<typeof troubleSchema>

/** What a class may be told by alone, though it should not be. */
export type ShortcutSign = 'colour' | 'border' | 'sharpness'

const suspectSchema = z.object({
  split: splitNameSchema,
  position: z.int().min(0),
  /** Place of its class in the data set's list; absent where its label was not read. */
  label: z.int().min(0).optional(),
  /** The class that it more likely is, and how sure that is, in [0, 1]. */
  suggested: z.int().min(0).optional(),
  confidence: z.number().optional(),
  /** Pictures of one group look alike. */
  group: z.int().min(0).optional()
})
export type Suspect = z.infer<typeof suspectSchema>

/** Suspects that are listed of a finding; all are counted. */
export const mostSuspects = 500

const examinedFindingSchema = z.object({
  id: troubleSchema,
  level: z.enum(['warning', 'note']),
  title: textSchema,
  /** What was found and what it means. */
  text: textSchema,
  /** What to do. */
  remedy: textSchema,
  count: z.int().min(1),
  /** The class that a shortcut tells. */
  class: z.int().min(0).optional(),
  /** The worst first. */
  suspects: z.array(suspectSchema).max(mostSuspects)
})
export type ExaminedFinding = z.infer<typeof examinedFindingSchema>

/** What the data doctor found. */
export const examinationSchema = z.object({
  wanted: examinationWantedSchema,
  /** The data set's name and classes, as they were then. */
  name: z.string(),
  classes: z.array(z.string()),
  /** Pictures that were looked at in each split, of how many, and whether their labels were read. */
  looked: z.partialRecord(splitNameSchema, z.object({ count: z.int(), of: z.int(), labels: z.boolean() })),
  findings: z.array(examinedFindingSchema),
  /** What was not looked at or not found out, and why. */
  remarks: z.array(textSchema),
  /** Whether the features were there already. */
  cached: z.boolean(),
  seconds: z.number(),
  at: z.iso.datetime()
})
export type Examination = z.infer<typeof examinationSchema>

export const examinationPhases = ['starting', 'loading', 'pixels', 'features', 'judging'] as const
export type ExaminationPhase = (typeof examinationPhases)[number]
