import { z } from 'zod'
import { idSchema, splitNameSchema } from './datasets'

/** What the outermost coordinate of a frame is kept as: a whole number of 16 bits. */
export const outermost = 32_767

/** Class of a point or a picture whose label was not granted. */
export const labelNotGranted = -1

const labelsSchema = z.array(z.int().min(labelNotGranted))

/**
 * What is watched while a run trains: a few pictures of its target, and points of both domains. Chosen by the seed before
 * the first step and the same to the end. A label that the spec does not grant is not in it.
 */
export const sceneSchema = z.object({
  schemaVersion: z.literal(1),
  classes: z.array(z.string()),
  /** Target pictures that the answers are followed of; never test pictures. */
  pictures: z.object({
    dataset: idSchema, split: splitNameSchema, positions: z.array(z.int().min(0)), labels: labelsSchema,
    /** The training images show them too: their answers are those to known pictures. */
    trainedOn: z.boolean()
  }),
  /** Absent where there is a single domain, or a body that never moves. */
  cloud: z.object({
    /** Names of the domains, the source's first. */
    domains: z.array(z.string()).min(2),
    /** The target's place among them. */
    target: z.int().min(0),
    /** Of each point, its place among the domains. */
    domain: z.array(z.int().min(0)),
    labels: labelsSchema,
    /** Mean and the two axes of the features before the first step [3, length], as base64 of 32-bit numbers: the one projection of all frames. */
    projection: z.string(),
    /** Shares of the variance that the two axes held at the start. */
    explained: z.tuple([z.number(), z.number()]),
    /** What one spread of the points at the start is, in the features' own unit. */
    spread: z.number()
  }).optional()
})
export type Scene = z.infer<typeof sceneSchema>

/** The scene at the end of an epoch; of epoch 0, before the first step. */
export const frameSchema = z.object({
  stage: z.int().min(0),
  /** Counted from one within its stage. */
  epoch: z.int().min(0),
  step: z.int().min(0),
  /** The class each picture is taken for, and how sure the network is, in [0, 1]. */
  answers: z.array(z.tuple([z.int().min(0), z.number()])),
  cloud: z.object({
    /** x and y of each point, whole numbers of 16 bits as base64; `outermost` stands for `reach`, in spreads of the start. */
    points: z.string(),
    reach: z.number(),
    /** The class each point is taken for. */
    predicted: z.array(z.int().min(0)),
    /** How well a rule tells the two domains apart by their features (0 to 2), and their maximum mean discrepancy. */
    aDistance: z.number().optional(),
    mmd: z.number().optional()
  }).optional()
})
export type Frame = z.infer<typeof frameSchema>

/** A run's training, epoch by epoch, to be looked at again. */
export const replaySchema = z.object({ scene: sceneSchema, frames: z.array(frameSchema) })
export type Replay = z.infer<typeof replaySchema>
