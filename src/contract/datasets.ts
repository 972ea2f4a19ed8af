import { z } from 'zod'
import { textSchema } from './text'

/** The splits that a transfer goes by. */
export const splitNames = ['train', 'validation', 'test'] as const
/** All that a data set can have: beside these, pictures that wait for a label. No method that needs labels reads them. */
export const everySplit = [...splitNames, 'unlabelled'] as const
export const splitNameSchema = z.enum(everySplit)
export type SplitName = z.infer<typeof splitNameSchema>

/** A split, or those that a transfer goes by together: positions then count through training, validation and test. */
export const anySplitSchema = z.enum([...everySplit, 'all'])
export type AnySplit = z.infer<typeof anySplitSchema>

/** An id on disk and on the command line: a slug or a ULID; never a path. */
export const idSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, ".", "_" and "-" only')

/** [height, width, channels] of one image. */
export const imageShapeSchema = z.tuple([z.int().min(1).max(4096), z.int().min(1).max(4096), z.union([z.literal(1), z.literal(3)])])
export type ImageShape = z.infer<typeof imageShapeSchema>

/** Bytes of one image of this shape [height, width, channels]. */
export function imageBytesOf([height, width, channels]: readonly [number, number, number]): number {
  return height * width * channels
}

const splitSchema = z.object({
  count: z.int().min(0),
  /** Images per class, in the classes' order; absent where the split has no labels. */
  perClass: z.array(z.int().min(0)).optional(),
  /** Images per domain, in the domains' order; absent where the data set has no domains. */
  perDomain: z.array(z.int().min(0)).optional(),
  /** SHA-256 of `images.u8`, `labels.i32`, `domains.i32` and `names.json`, in hex; the last where the images were files. */
  sha256: z.object({ images: z.string(), labels: z.string().optional(), domains: z.string().optional(), names: z.string().optional() })
})
export type Split = z.infer<typeof splitSchema>

/** An image or file that the import left out, and why. */
export const skippedFileSchema = z.object({ path: z.string(), reason: textSchema })
export type SkippedFile = z.infer<typeof skippedFileSchema>

/** What a folder or file was made of: a hash over names, sizes and times. */
const fingerprintSchema = z.object({ files: z.int().min(0), bytes: z.number().min(0), sha256: z.string() })
export type Fingerprint = z.infer<typeof fingerprintSchema>

/** Whether what a data set was imported from has changed since; `unknown` where it is not recorded. */
export const sourceStateSchema = z.enum(['same', 'changed', 'gone', 'unknown'])
export type SourceState = z.infer<typeof sourceStateSchema>

/** `dataset.json`: everything about a data set but its pixels. */
export const datasetSchema = z.object({
  schemaVersion: z.literal(1),
  id: idSchema,
  name: z.string(),
  shape: imageShapeSchema,
  /** Class names; empty where the data set has no labels. */
  classes: z.array(z.string()),
  /** Domain names, where the data set has several. */
  domains: z.array(z.string()).optional(),
  splits: z.partialRecord(splitNameSchema, splitSchema),
  provenance: z.object({
    format: z.string(),
    /** Where it came from: a file or folder name (never used to read), or the name of the sample. */
    origin: z.string(),
    importedAt: z.iso.datetime(),
    /** Where it lay, to see whether it has changed since and to import it again; on another machine it leads nowhere. */
    from: z.object({ path: z.string(), only: z.array(z.string()).optional(), fingerprint: fingerprintSchema }).optional(),
    licence: z.string().optional(),
    attribution: z.string().optional(),
    /** Which of the known data sets it was downloaded as. */
    known: z.string().optional(),
    /** The data set it was made of, as it was called then, and the classes that were left out. */
    derived: z.object({
      from: idSchema, name: z.string(), leftOut: z.array(z.string()).optional(),
      /** Corrections that were made on the way. */
      corrections: z.object({ relabelled: z.int(), leftOut: z.int(), moved: z.int(), classes: z.int(), labelled: z.int().optional() }).optional()
    }).optional(),
    /** How images were brought to the shape, e.g. `bilinear to 32×32`. */
    preparation: z.string().optional(),
    /** What the import took for granted of folders, tables and names, a sentence each. */
    assumed: z.array(textSchema).optional(),
    /** Share of the training images that went into `validation`, drawn with `seed`, balanced by class. */
    validation: z.object({ fraction: z.number(), seed: z.int() }).optional(),
    /** Share of the images that went into `test`, drawn likewise, where the source had no test split. */
    test: z.object({ fraction: z.number(), seed: z.int() }).optional(),
    /** Exact copies of tested images that were left out of training, where that was asked for. */
    copiesLeftOut: z.int().optional()
  }),
  skipped: z.object({ count: z.int().min(0), files: z.array(skippedFileSchema).max(1000) }),
  /** Per-channel mean and standard deviation of the training images in [0, 1]. */
  statistics: z.object({ mean: z.array(z.number()), standardDeviation: z.array(z.number()) }),
  bytes: z.int().min(0),
  /** True for the embedded samples. */
  sample: z.boolean().optional()
})
export type Dataset = z.infer<typeof datasetSchema>

/** Another data set made of one: what a run learned from never changes under it. */
export const deriveOptionsSchema = z.object({
  from: idSchema,
  id: idSchema.optional(),
  name: z.string().min(1).max(200).optional(),
  /** Names of classes whose images do not come along. */
  leaveOut: z.array(z.string()).optional(),
  /** Share of the training and validation images together that becomes `validation`, drawn anew; 0: none. */
  validation: z.number().min(0).max(0.9).optional()
})
export type DeriveOptions = z.infer<typeof deriveOptionsSchema>

export const datasetFormatSchema = z.object({
  id: z.string(),
  title: textSchema,
  /** What such a data set looks like on disk. */
  summary: textSchema
})
export type DatasetFormat = z.infer<typeof datasetFormatSchema>

/** How an image of another shape is brought to the data set's: stretched, cropped around its middle, or padded with black. */
export const fits = ['stretch', 'crop', 'pad'] as const
export const fitSchema = z.enum(fits)
export type Fit = z.infer<typeof fitSchema>

/**
 * What the folders of a folder of pictures stand for: classes; domains that hold the classes; splits (what is none is
 * left out); or classes by the innermost folders, those that hold the pictures. Of pictures without folders, their names
 * may tell the class (`cat.0.jpg`), or they are unlabelled.
 */
export const folderMeanings = ['auto', 'classes', 'domains', 'splits', 'inner-classes', 'file-names', 'unlabelled'] as const
export const folderMeaningSchema = z.enum(folderMeanings)
export type FolderMeaning = z.infer<typeof folderMeaningSchema>

/** What becomes of classes whose names differ in case alone, side by side. */
export const alikeChoices = ['merge', 'keep'] as const
export const alikeSchema = z.enum(alikeChoices)
export type Alike = z.infer<typeof alikeSchema>

/** What becomes of folders of pictures that nobody has labelled, beside class folders. */
export const withoutLabelsChoices = ['wait', 'class', 'leave-out'] as const
export const withoutLabelsSchema = z.enum(withoutLabelsChoices)
export type WithoutLabels = z.infer<typeof withoutLabelsSchema>

/** How the names in an archive are written, where it does not say that itself. */
export const nameEncodings = ['utf-8', 'gb18030', 'shift_jis', 'big5', 'euc-kr', 'ibm866', 'windows-1251', 'windows-1252', 'cp437'] as const
export const nameEncodingSchema = z.enum(nameEncodings)
export type NameEncoding = z.infer<typeof nameEncodingSchema>

export const importOptionsSchema = z.object({
  /** Folder, archive or file to read. */
  path: z.string().min(1),
  /** Names in the folder `path` that are meant, where several files or folders were given together; all when absent. */
  only: z.array(z.string().min(1).max(1024).regex(/^[^/\\]+$/, 'a name, not a path')).min(1).max(100_000).optional(),
  /** A table of paths and labels for the pictures of the folder `path`, where it does not lie in that folder. */
  table: z.string().min(1).optional(),
  id: idSchema.optional(),
  name: z.string().optional(),
  /** A format's id; found out from the content when absent. */
  format: z.string().optional(),
  /** [height, width] to bring images to; by default the size that a folder's images share or else 64×64, and the format's own otherwise. */
  size: z.tuple([z.int().min(1).max(4096), z.int().min(1).max(4096)]).optional(),
  /** `stretch` when absent. */
  fit: fitSchema.optional(),
  /** `auto` when absent: found out from the folders' names. */
  folders: folderMeaningSchema.optional(),
  /** Whether classes whose names differ in case alone are one class; asked where there are such and this is absent. */
  alike: alikeSchema.optional(),
  /** What folders named `unlabelled`, and pictures beside class folders, are; `wait`, or asked, when absent. */
  unlabelled: withoutLabelsSchema.optional(),
  /** How names in an archive are written; found out from the names, or asked, when absent. */
  encoding: nameEncodingSchema.optional(),
  /** `leave-out`: images that are the same to the last pixel as one that is tested on are left out of training. `keep` when absent. */
  copies: z.enum(['keep', 'leave-out']).optional(),
  /** Share of the training images for `validation` when the source has no such split. */
  validation: z.number().min(0).max(0.9).default(0.1)
})
export type ImportOptions = z.input<typeof importOptionsSchema>

export const importProgressSchema = z.object({
  phase: z.enum(['looking', 'unpacking', 'reading', 'finishing']),
  done: z.int(),
  /** Images in all, where it is known before the end. */
  total: z.int().optional(),
  skipped: z.int(),
  imagesPerSecond: z.number().optional(),
  secondsLeft: z.number().optional()
})
export type ImportProgress = z.infer<typeof importProgressSchema>
