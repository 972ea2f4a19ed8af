import { z } from 'zod'
import { conditionSchema, parametersRecordSchema } from './parameters'
import { textSchema } from './text'

const methodFamilies = [
  'baseline', 'parameters', 'features', 'structure', 'rules', 'classical',
  'distillation', 'adaptation', 'generalisation', 'self-supervised', 'fusion'
] as const
const methodFamilySchema = z.enum(methodFamilies)

const methodNeedsSchema = z.object({
  /** A trained source model; `false` where fresh weights do (`scratch`). */
  sourceModel: z.boolean(),
  /** A trained source model after all, while a parameter has one of these values. */
  sourceModelWhile: conditionSchema.optional(),
  /** Labelled source images during the transfer. */
  sourceData: z.boolean(),
  /** Target images without their labels: it learns from them also where no label is granted. */
  targetImages: z.boolean().optional(),
  /** Target labels that the method needs: all that the spec grants, at least some, or none at all. */
  targetLabels: z.enum(['all', 'some', 'none']),
  /** How the source's classes must stand to the target's. */
  classes: z.enum(['any', 'same', 'overlapping']),
  /** A source model that tells classes apart, whatever they are. */
  sourceHead: z.boolean().optional(),
  /** A source model with batch normalisation. */
  batchNormalisation: z.boolean().optional(),
  /** Domains that the source data must have. */
  domains: z.int().optional(),
  /** Images as high as they are wide. */
  square: z.boolean().optional(),
  /** Source images in colour, while a parameter has one of these values. */
  colour: conditionSchema.optional(),
  /**
   * Another network beside the source, of the architecture and the width that these parameters name (`same`: the source's
   * architecture); `hints` names the parameter with the source's blocks that it must have comparable ones of.
   */
  variant: z.object({ architecture: z.string(), width: z.string(), hints: z.string().optional() }).optional(),
  /** Labelled training images that two classes may have together, at most. */
  largestPair: z.int().optional(),
  /** Labelled validation images of the target. */
  validation: z.boolean().optional(),
  /** Saved models beside the source that it combines; `alike` where all must share architecture, input and classes. */
  teachers: z.object({ minimum: z.int(), maximum: z.int(), alike: z.boolean().optional() }).optional()
})
export type MethodNeeds = z.infer<typeof methodNeedsSchema>

/** A stage of gradient steps. */
const methodStageSchema = z.object({
  /** The images that its epoch shows once. */
  images: z.enum(['source', 'target', 'target-unlabelled']),
  /** The parameter that counts its epochs; the training's when absent. There is no such stage while the parameter is not shown. */
  epochs: z.string().optional(),
  /** Only where the head is new, because the source has other classes. */
  newHead: z.boolean().optional()
})
export type MethodStage = z.infer<typeof methodStageSchema>

/** A method in the catalogue: all that form, flags, validation and documentation need. */
export const methodSummarySchema = z.object({
  id: z.string(),
  title: textSchema,
  /** What it does, one or two sentences. */
  summary: textSchema,
  /** A sentence about one transfer, with {source}, {target}, {images} and the parameters' names in braces. */
  sentence: textSchema,
  reference: z.string(),
  family: methodFamilySchema,
  needs: methodNeedsSchema,
  parameters: parametersRecordSchema,
  /**
   * Its stages of gradient steps, for who has to know before a run how many steps it takes. Absent where it has one, whose
   * epoch shows the source's images once, or without source data the target's.
   */
  stages: z.array(methodStageSchema).readonly().optional(),
  /**
   * The parameter that weighs what draws the domains together. At 0 the method learns the source alone, but still with
   * batch statistics of each domain: what that gives is not the alignment's merit.
   */
  alignmentWeight: z.string().optional(),
  /** Training settings that suit this method better than the general defaults. */
  trainingDefaults: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
  /** Each loss that its steps name beside the total, and its word on the chart. */
  losses: z.record(z.string(), textSchema).optional(),
  /** What the choice of training settings has to know of the method, where nobody sets them. */
  recipe: z.object({
    /** It learns a head alone, on features that do not change. */
    headOnly: z.boolean().optional(),
    /** Its steps see images even where nothing of the backbone is trained: no features are kept in their place. */
    onImages: z.boolean().optional(),
    /** It takes no gradient steps: the settings of a training mean nothing to it. */
    noSteps: z.boolean().optional(),
    /** Its loss is over whole batches: a smaller one is another loss. */
    wholeBatches: z.boolean().optional(),
    /** Steps without which it learns too little. */
    leastSteps: z.int().optional(),
    /** The learning rate that suits it from a trained source, in place of `trainingDefaults`'. */
    trainedLearningRate: z.number().optional(),
    clipNorm: z.number().optional(),
    /** Its loss over labelled images can weigh their classes. */
    classWeights: z.boolean().optional()
  }).optional(),
  /**
   * What becomes of the source's blocks at the default parameters, for the drawing. Parameters of kind `blocks` that are
   * called `copied` and `frozen` say it block by block.
   */
  blocks: z.enum(['copied', 'frozen', 'new'])
})
export type MethodSummary = z.infer<typeof methodSummarySchema>
