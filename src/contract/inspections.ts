import { z } from 'zod'
import { idSchema, imageShapeSchema, importOptionsSchema, skippedFileSchema, splitNameSchema } from './datasets'
import { modelRefSchema } from './models'
import { textSchema } from './text'

/** What to look at before it is imported, and what to hold it against. */
export const inspectOptionsSchema = importOptionsSchema.pick({
  path: true, only: true, format: true, size: true, fit: true, folders: true, alike: true, unlabelled: true, encoding: true
}).extend({
  /** A saved model that is to be transferred: its classes, and what its training images look like, are compared. */
  source: modelRefSchema.optional(),
  /** A data set of the catalogue to compare with, where the source model's own is not meant. */
  sourceData: idSchema.optional(),
  /** Seconds after which no further image is looked at. */
  seconds: z.number().min(1).max(3600).default(60)
})
export type InspectOptions = z.input<typeof inspectOptionsSchema>

/** An image of what was looked at, small: a PNG in base64. */
const thumbnailSchema = z.object({
  split: splitNameSchema,
  /** Index into the classes. */
  label: z.int().min(0).optional(),
  /** Path in the folder or number in the split, for a person. */
  name: z.string(),
  width: z.int().min(1),
  height: z.int().min(1),
  png: z.string()
})
export type Thumbnail = z.infer<typeof thumbnailSchema>

/** Images that are the same or look alike. */
const duplicateGroupSchema = z.object({
  count: z.int().min(2),
  splits: z.array(splitNameSchema),
  /** Whether they carry different labels. */
  labelsDiffer: z.boolean(),
  /** The first of them. */
  images: z.array(thumbnailSchema).max(4)
})
export type DuplicateGroup = z.infer<typeof duplicateGroupSchema>

const duplicatesSchema = z.object({
  /** Images that have a twin in their own split, and images that have one in another. */
  within: z.int().min(0),
  across: z.int().min(0),
  /** Groups, those across splits first; not all where there are many. */
  groups: z.array(duplicateGroupSchema).max(40)
})

/** What the images' edges look like, on average. */
const appearanceSchema = z.object({
  /** Bright on a dark ground, dark on a bright one, or neither. */
  polarity: z.enum(['light-on-dark', 'dark-on-light', 'neither']),
  /** Share of a side that is an even border, both ends together, in [0, 1]. */
  border: z.number()
})
export type Appearance = z.infer<typeof appearanceSchema>

/** Something that training would trip over. */
const findingSchema = z.object({
  id: z.enum([
    'one-class', 'unlabelled', 'small-classes', 'broken', 'duplicates-across', 'duplicates-within', 'labels-contradict', 'alike-across',
    'no-test-pictures', 'imbalance', 'scaled', 'several-pages', 'classes-differ', 'classes-reordered', 'polarity-differs', 'border-differs', 'shapes-vary', 'test-drawn', 'not-all'
  ]),
  level: z.enum(['warning', 'note']),
  text: textSchema,
  remedy: textSchema.optional()
})
export type Finding = z.infer<typeof findingSchema>

/** One way to read what was given, and what it makes. */
const readingChoiceSchema = z.object({
  /** The value of the import option that is the question's id. */
  value: z.string(),
  text: textSchema,
  /** The first class names, and how many there are. */
  classes: z.array(z.string()).max(20),
  classCount: z.int().min(0),
  domains: z.array(z.string()).max(20),
  splits: z.partialRecord(splitNameSchema, z.int().min(0)),
  /** What would be left out, by name. */
  leftOut: z.array(z.string()).max(20)
})
export type ReadingChoice = z.infer<typeof readingChoiceSchema>

/** Something that only a person can know; the import stops until the option of this name says it. */
const questionSchema = z.object({
  /** The import option that answers it. */
  id: z.enum(['folders', 'format', 'alike', 'unlabelled', 'encoding']),
  text: textSchema,
  readings: z.array(readingChoiceSchema).min(2)
})
export type Question = z.infer<typeof questionSchema>

/** What a data set is, before anything of it is copied. */
export const inspectionSchema = z.object({
  origin: z.string(),
  /** A format's id. */
  format: z.string(),
  /** Of the images as they would be imported. */
  shape: imageShapeSchema,
  preparation: z.string().optional(),
  classes: z.array(z.string()),
  domains: z.array(z.string()),
  /** Images in all, without those that are left out. */
  total: z.int(),
  /** Images whose pixels were looked at. */
  lookedAt: z.int(),
  splits: z.partialRecord(splitNameSchema, z.object({
    count: z.int(), perClass: z.array(z.int()).optional(), perDomain: z.array(z.int()).optional()
  })),
  /** Sizes of the files' images, [height, width], the most frequent first. */
  sizes: z.object({
    smallest: z.tuple([z.int(), z.int()]), largest: z.tuple([z.int(), z.int()]),
    common: z.array(z.object({ size: z.tuple([z.int(), z.int()]), count: z.int() })).max(8), kinds: z.int()
  }).optional(),
  broken: z.object({ count: z.int(), files: z.array(skippedFileSchema).max(200) }),
  exact: duplicatesSchema,
  near: duplicatesSchema,
  appearance: appearanceSchema,
  sourceAppearance: appearanceSchema.optional(),
  /** Some images of each class, class by class. */
  sheet: z.array(thumbnailSchema).max(400),
  /** What is taken for granted of folders, tables and names. */
  assumed: z.array(textSchema),
  /** What has to be said before it can be imported; all else here shows its first reading. */
  questions: z.array(questionSchema),
  findings: z.array(findingSchema)
})
export type Inspection = z.infer<typeof inspectionSchema>
