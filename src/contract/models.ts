import { z } from 'zod'
import { calibrationSchema } from './calibration'
import { idSchema, imageShapeSchema } from './datasets'
import { parametersRecordSchema } from './parameters'
import { modelRefSchema } from './refs'
import { textSchema } from './text'

/** How bytes become the network's input: (x / 255 − mean) / standard deviation, per channel. */
export const normalisationSchema = z.object({
  mean: z.array(z.number()),
  standardDeviation: z.array(z.number().positive())
})
export type Normalisation = z.infer<typeof normalisationSchema>

/** A named block of a backbone as the window draws it. */
const blockSummarySchema = z.object({
  name: z.string(), title: z.string(), parameters: z.int(),
  /** What leaves it: feature maps [height, width, channels], or a vector. */
  gives: z.enum(['maps', 'vector']).optional()
})
export type BlockSummary = z.infer<typeof blockSummarySchema>

/** An architecture in the catalogue. */
export const architectureSummarySchema = z.object({
  id: z.string(),
  title: textSchema,
  summary: textSchema,
  reference: z.string(),
  /** [height, width, channels] it is built for unless told otherwise. */
  defaultInput: imageShapeSchema,
  /** Blocks at the default input with 10 classes. */
  blocks: z.array(blockSummarySchema),
  parameters: z.int(),
  /** Multiply-adds of convolutions and dense layers for one image, likewise. */
  multiplyAdds: z.int().optional(),
  /** Bytes that the outputs of all its layers take for one image, likewise. */
  outputBytes: z.int().optional(),
  /** Whether it has batch normalisation, which some methods work on. */
  batchNormalisation: z.boolean().optional(),
  /** What it can be built with: a width and the like. */
  options: parametersRecordSchema.optional(),
  /** Height and width in pixels below which its layers leave nothing of an image. */
  smallestSide: z.int().optional()
})
export type ArchitectureSummary = z.infer<typeof architectureSummarySchema>

/** Whose a model is, for one that Graft brings; nobody says it of a file. */
const creditSchema = z.object({
  licence: z.string(),
  attribution: z.string(),
  source: z.string(),
  /** It comes with Graft. */
  embedded: z.boolean()
})

/**
 * What stands as the architecture of a network of another program that is run as it is: it is none of Graft's, so its
 * features can be learned on and nothing in it can.
 */
export const extractorId = 'extractor'

/** `model.json` of an imported model, and the same facts of a run's model. */
export const modelSummarySchema = z.object({
  ref: modelRefSchema,
  name: z.string(),
  architecture: z.string(),
  input: imageShapeSchema,
  normalisation: normalisationSchema,
  classes: z.array(z.string()),
  blocks: z.array(blockSummarySchema),
  parameters: z.int(),
  /** Whether the network that was saved has batch normalisation, whatever its architecture usually has. */
  batchNormalisation: z.boolean().optional(),
  createdAt: z.iso.datetime(),
  /** What validation images told of how sure it may be; absent where it was trained elsewhere, by an earlier version, or without such images. */
  calibration: calibrationSchema.optional(),
  /** What answers in place of the network's head (a forest, an ensemble); absent where the head does. */
  classifier: z.object({ kind: z.string(), title: textSchema }).optional(),
  /** Where an imported model comes from; absent for a run's. */
  origin: z.object({
    /** File name and format. */
    file: z.string(),
    format: z.string(),
    /** The last layer that the file had, where its backbone is cut. */
    cutAfter: z.string().optional(),
    /** Nobody said the classes' names: they are numbers, and stand for the classes of a data set in their order. */
    numberedClasses: z.boolean().optional(),
    /** Its convolutions hold the batch normalisations after them: the network has none of its own. */
    foldedNormalisation: z.boolean().optional(),
    /** Tensors of the file that found no place. */
    unmatched: z.array(z.string()).max(200).optional(),
    ...creditSchema.partial().shape
  }).optional()
})
export type ModelSummary = z.infer<typeof modelSummarySchema>

/** Parameter forms that the window and the command line need without loading the engine. */
export const modelFormatSchema = z.object({
  id: z.string(), title: textSchema, extensions: z.array(z.string()),
  canImport: z.boolean(), canExport: z.boolean(), parameters: parametersRecordSchema.optional()
})
export type ModelFormat = z.infer<typeof modelFormatSchema>

/** What a model can be saved as for other programs: a TensorFlow.js folder, or one file. */
export const exportFormats = ['tfjs', 'safetensors', 'onnx', 'keras', 'tflite', 'tflite-int8'] as const
export const exportFormatSchema = z.enum(exportFormats)
export type ExportFormat = z.infer<typeof exportFormatSchema>
/** Ending of the file that a format is; the TensorFlow.js form is a folder and has none. */
export const exportEndings: Record<ExportFormat, string> = {
  'tfjs': '', 'safetensors': '.safetensors', 'onnx': '.onnx', 'keras': '.h5', 'tflite': '.tflite', 'tflite-int8': '.tflite'
}

/** A model's name as a file can have it. */
export const fileNameOf = (name: string): string =>
  name.replaceAll(/[^\p{Letter}\p{Number}._-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '').slice(0, 80) || 'model'

/** What an export wrote. */
export const exportedSchema = z.object({
  ref: modelRefSchema,
  format: exportFormatSchema,
  /** The file, or the folder. */
  path: z.string(),
  /** The model card. */
  card: z.string(),
  bytes: z.number()
})
export type Exported = z.infer<typeof exportedSchema>

/** Normalisations that models are usually trained with, for files that do not say: of three channels, and of one. */
const usualNormalisations = {
  imagenet: { mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225], grey: [0.449, 0.226] },
  half: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5], grey: [0.5, 0.5] },
  unit: { mean: [0, 0, 0], standardDeviation: [1, 1, 1], grey: [0, 1] },
  cifar: { mean: [0.4914, 0.4822, 0.4465], standardDeviation: [0.247, 0.2435, 0.2616], grey: [0.4794, 0.2507] },
  mnist: { mean: [0.1307, 0.1307, 0.1307], standardDeviation: [0.3081, 0.3081, 0.3081], grey: [0.1307, 0.3081] },
  // Blue, green, red less their means, as bytes; written here red first.
  caffe: { mean: [123.68 / 255, 116.779 / 255, 103.939 / 255], standardDeviation: [1 / 255, 1 / 255, 1 / 255], grey: [0.449, 1 / 255] }
} as const
export const usualNormalisationSchema = z.enum(['imagenet', 'half', 'unit', 'cifar', 'mnist', 'caffe'])
export type UsualNormalisation = z.infer<typeof usualNormalisationSchema>

/** A usual normalisation for images of so many channels. */
export function usualNormalisation(id: UsualNormalisation, channels: 1 | 3): Normalisation {
  const { mean, standardDeviation, grey } = usualNormalisations[id]
  return channels === 3 ? { mean: [...mean], standardDeviation: [...standardDeviation] } : { mean: [grey[0]], standardDeviation: [grey[1]] }
}

export const modelImportOptionsSchema = z.object({
  /** File or folder to read. */
  path: z.string().min(1),
  id: idSchema.optional(),
  name: z.string().min(1).max(200).optional(),
  /** A format's id; found out from the content when absent. */
  format: z.string().optional(),
  /** An architecture's id; recognised from names and shapes when absent. */
  architecture: z.string().optional(),
  /** [height, width] of the input; the file's or the architecture's own when absent. */
  size: z.tuple([z.int().min(1).max(4096), z.int().min(1).max(4096)]).optional(),
  /** The file's, or what such models are usually trained with, when absent. */
  normalisation: z.union([usualNormalisationSchema, normalisationSchema]).optional(),
  /** Class names in the order of the outputs; the file's, or numbers, when absent. */
  classes: z.array(z.string().min(1)).max(100_000).optional(),
  credit: creditSchema.optional()
})
export type ModelImportOptions = z.infer<typeof modelImportOptionsSchema>

/** Where a fact about a model comes from: the person, the file, what is usual for such models. */
const factSourceSchema = z.enum(['given', 'file', 'usual'])

/** Something of a file that a person should know: what was read how, what was left out, what was taken for granted, what is asked. */
const remarkSchema = z.object({ about: z.enum(['read', 'left-out', 'assumed', 'asked']), text: textSchema })
export type Remark = z.infer<typeof remarkSchema>

/** What a model file holds, before anything of it is kept. */
export const modelInspectionSchema = z.object({
  file: z.string(),
  format: z.string(),
  architecture: z.string(),
  /** Whose names the layers carry. */
  naming: z.string(),
  input: imageShapeSchema,
  inputFrom: factSourceSchema,
  /** Whether the network takes images of any size. */
  anySize: z.boolean(),
  normalisation: normalisationSchema,
  normalisationFrom: factSourceSchema,
  /** The file's network takes blue, green, red; the imported one takes red, green, blue, and its normalisation too. */
  channelOrder: z.literal('bgr').optional(),
  /** Empty where the file has no head. */
  classes: z.array(z.string()),
  /** `usual`: the classes are numbers, for nobody says their names. */
  classesFrom: factSourceSchema,
  cutAfter: z.string().optional(),
  /** The file's convolutions hold the batch normalisations after them, as exporters leave them: the network has none of its own. */
  foldedNormalisation: z.boolean().optional(),
  parameters: z.int(),
  blocks: z.array(blockSummarySchema),
  /** Tensors of the file that found no place, the first 200 of them. */
  unmatched: z.array(z.object({ name: z.string(), shape: z.array(z.int()) })).max(200),
  unmatchedCount: z.int(),
  /** What the facts above do not tell of how the file was read. */
  remarks: z.array(remarkSchema).max(50).optional()
})
export type ModelInspection = z.infer<typeof modelInspectionSchema>

export { idSchema, modelRefSchema }
export type { ModelRef } from './refs'
