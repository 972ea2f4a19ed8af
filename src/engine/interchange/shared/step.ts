/** Zeros around an image as numbers: [top, left, bottom, right]. */
export type Sides = readonly [number, number, number, number]

/**
 * What one step of a file's graph computes, as far as Graft's layers can say it; `other` is anything else. `average` is a mean over
 * a window or, without one, over the whole image; `softmax` is that or a sigmoid; a
 * transformer's own steps are told by no reader yet; `shortcut` adds channels of zeros, `affine` is
 * x · scale + offset by channel, `channels-reversed` makes blue, green, red of red, green, blue, `resizing` brings pictures to a size.
 */
export type StepKind = 'convolution' | 'depthwise-convolution' | 'dense' | 'batch-normalisation' | 'layer-normalisation' | 'channel-scale'
  | 'relu' | 'relu6' | 'silu' | 'gelu' | 'hard-sigmoid' | 'hard-swish' | 'error-function' | 'max-pooling' | 'average'
  | 'tokens' | 'positions' | 'attention' | 'first-token' | 'add' | 'multiply' | 'softmax' | 'affine' | 'channels-reversed' | 'resizing' | 'zero-padding' | 'slice' | 'shortcut' | 'flatten' | 'nothing' | 'other'

export interface Step {
  kind: StepKind
  /** As the file names it, and its operator or class, for sentences. */
  name: string
  operator: string
  /** What the names of its weights begin with. */
  layer?: string
  window?: readonly [number, number]
  strides?: readonly [number, number]
  padding?: 'same' | 'valid' | Sides
  epsilon?: number
  /** Of `dense`: how many numbers it gives, where the file tells. */
  units?: number
  /** Of a convolution: something is added to each of its channels. */
  biased?: boolean
  scale?: readonly number[]
  offset?: readonly number[]
  /** Of `shortcut`: how many channels of zeros come before. */
  channelsBefore?: number
  /** Of `shortcut` and `slice`: every how many pixels one is taken. */
  stride?: number
  /** Of `flatten`: the image lay as [height, width, channels] in a file whose images lie otherwise. */
  channelsLast?: boolean
}

/** A step and where its inputs come from; values are named. */
export interface GraphNode { step: Step, inputs: readonly string[], output: string }
export interface FileGraph { nodes: readonly GraphNode[], output: string }
