import { z } from 'zod'
import { imageShapeSchema } from '../../contract/datasets'
import { normalisationSchema } from '../../contract/models'

/**
 * A network as plain data: named blocks of layers, then a head. One interpreter runs it (network.ts); importers and
 * exporters translate it. A layer's `inputs` name earlier layers of its block, or `input`, the block's own input;
 * absent means the layer before.
 */
const common = { name: z.string(), inputs: z.array(z.string()).optional() }
const pair = z.tuple([z.int(), z.int()])
/** TensorFlow's `same` and `valid`, or so many zeros on every side, as PyTorch counts. */
const padding = z.union([z.literal('same'), z.literal('valid'), z.int()])

/**
 * How weights are drawn: PyTorch's default, He's normal (ResNet), a truncated normal (MobileNet), Glorot's uniform, a narrow normal
 * (ConvNeXt, vision transformers).
 */
const initialisationSchema = z.enum(['uniform-fan-in', 'he-normal', 'truncated-normal', 'glorot-uniform', 'narrow-normal'])
export type Initialisation = z.infer<typeof initialisationSchema>
const weighted = { bias: z.boolean(), initialisation: initialisationSchema.optional() }

const layerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('convolution'), ...common, filters: z.int(), kernelSize: pair, strides: pair, padding, ...weighted }),
  z.object({ kind: z.literal('depthwise-convolution'), ...common, kernelSize: pair, strides: pair, padding, ...weighted }),
  z.object({ kind: z.literal('dense'), ...common, units: z.int(), ...weighted }),
  z.object({ kind: z.literal('batch-normalisation'), ...common, epsilon: z.number(), momentum: z.number() }),
  z.object({ kind: z.literal('relu'), ...common }),
  z.object({ kind: z.literal('relu6'), ...common }),
  /** x · σ(x). */
  z.object({ kind: z.literal('silu'), ...common }),
  /** x · Φ(x), with the error function and not its approximation. */
  z.object({ kind: z.literal('gelu'), ...common }),
  z.object({ kind: z.literal('sigmoid'), ...common }),
  /** min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). */
  z.object({ kind: z.literal('hard-sigmoid'), ...common }),
  /** x times its hard sigmoid. */
  z.object({ kind: z.literal('hard-swish'), ...common }),
  /** Of every place's channels by themselves, with a scale and a shift by channel. */
  z.object({ kind: z.literal('layer-normalisation'), ...common, epsilon: z.number() }),
  /** Each channel times a learned number that begins at `start` (LayerScale, Touvron et al. 2021). */
  z.object({ kind: z.literal('channel-scale'), ...common, start: z.number() }),
  /** The mean over all places, as an image of one place (squeeze-and-excitation, Hu et al. 2018). */
  z.object({ kind: z.literal('squeeze'), ...common }),
  /**
   * An image's places as a row [count + height · width, 1, channels], which is an image one place wide, behind so many learned
   * tokens, the class token the first.
   */
  z.object({ kind: z.literal('tokens'), ...common, count: z.int() }),
  /** Learned numbers added to every place. */
  z.object({ kind: z.literal('positions'), ...common }),
  /** Attention among all places (Vaswani et al. 2017), of queries, keys and values one after the other along the channels. */
  z.object({ kind: z.literal('attention'), ...common, heads: z.int() }),
  /** The class token's channels as a vector. */
  z.object({ kind: z.literal('first-token'), ...common }),
  /** Its first input times its second, which may be an image of one place. */
  z.object({ kind: z.literal('multiply'), ...common }),
  z.object({ kind: z.literal('max-pooling'), ...common, size: pair, strides: pair, padding }),
  z.object({ kind: z.literal('average-pooling'), ...common, size: pair, strides: pair, padding }),
  z.object({ kind: z.literal('global-average-pooling'), ...common }),
  z.object({ kind: z.literal('flatten'), ...common }),
  /** `wholeChannels` drops a channel as one (Tompson et al. 2015, PyTorch's Dropout2d). */
  z.object({ kind: z.literal('dropout'), ...common, rate: z.number(), wholeChannels: z.boolean().optional() }),
  /** Sum of its inputs. */
  z.object({ kind: z.literal('add'), ...common }),
  /** ResNet's parameter-free shortcut (option A): every `stride`-th pixel, channels padded with zeros on both sides. */
  z.object({ kind: z.literal('padded-shortcut'), ...common, stride: z.int(), channels: z.int() }),
  /**
   * A graph of another program (ONNX, or TensorFlow.js's graph models), run as it is on the normalised images; its bytes are a weight, three in each number.
   * What leaves it is a vector: maps and rows of tokens are averaged over their places.
   */
  z.object({
    kind: z.literal('graph'), ...common, input: z.string(), output: z.string(), channelsFirst: z.boolean(),
    /** What runs it; ONNX Runtime where nothing is said. */
    runtime: z.enum(['onnx', 'tensorflow']).optional(),
    /** Images that it takes at once, where it takes no other number. */
    batch: z.int().min(1).optional(),
    /** What of its output is averaged: nothing, or all after the channels, or all between the images and the channels. */
    average: z.enum(['none', 'after', 'between']),
    features: z.int().min(1), bytes: z.int().min(1),
    /** Numbers in its initialisers. */
    parameters: z.int().min(0)
  }),
  /** Zeros around the image: [top, bottom, left, right]. */
  z.object({ kind: z.literal('zero-padding'), ...common, sides: z.tuple([z.int(), z.int(), z.int(), z.int()]) })
])
export type Layer = z.infer<typeof layerSchema>
export type LayerOf<Kind extends Layer['kind']> = Extract<Layer, { kind: Kind }>

const blockSchema = z.object({ name: z.string(), title: z.string(), layers: z.array(layerSchema).min(1) })
export type Block = z.infer<typeof blockSchema>

export const networkDefinitionSchema = z.object({
  architecture: z.string(),
  /** Parameters of the architecture (width, depth), to build it again for other inputs or classes. */
  options: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
  input: imageShapeSchema,
  normalisation: normalisationSchema,
  classes: z.array(z.string()),
  /** The backbone, in order; the last block ends in a feature vector. */
  blocks: z.array(blockSchema).min(1),
  /** Features → logits; its last layer has one unit a class. */
  head: blockSchema
})
export type NetworkDefinition = z.infer<typeof networkDefinitionSchema>

/** Name of a weight in a network, in files and in reports: `block2.convolution.kernel`. */
export const weightName = (block: string, layer: string, weight: string): string => `${block}.${layer}.${weight}`
