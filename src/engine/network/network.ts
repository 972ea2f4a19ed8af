import * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../contract/errors'
import { randomStream } from '../random'
import type { Block, NetworkDefinition } from './definition'
import { weightName } from './definition'
import { closeGraph } from './graph-layer'
import { fanInOf, initialValues } from './initialisation'
import { applyFoldedConvolution, foldedConvolutionAt } from './folded-layers'
import { applyPooledConvolution, pooledConvolutionAt } from './fused-layers'
import { applyLayer, type LayerContext } from './layers'
import { readLastBy } from './liveness'
import { blockOutputSize, weightShapes, type Size, type WeightShape } from './shapes'

/** How to run a network. */
export interface Mode {
  training: boolean
  /** Blocks that run in inference mode whatever `training` says: what frozen means for batch normalisation. */
  frozen?: ReadonlySet<string>
  /** Names the stream that dropout draws from; needed where `training` meets a dropout layer. */
  randomKey?: readonly (string | number)[]
  /** False leaves dropout out of training. */
  dropout?: boolean
  /**
   * Moving statistics of batch normalisations to read and move in place of the network's own, by weight name: those of
   * another domain. What it does not name is the network's.
   */
  statistics?: ReadonlyMap<string, tf.Variable>
  /** Weights to read in place of the network's own, by name. */
  weights?: ReadonlyMap<string, tf.Tensor>
  /** What is done to the probabilities of one attention, named `<block>.<layer>`, before they are used. */
  attention?: { layer: string, change(probabilities: tf.Tensor): tf.Tensor }
  /** Is told what every layer gives, as `<block>.<layer>`; the tensor is gone afterwards. */
  observe?(layer: string, output: tf.Tensor): void
  /** How far a training batch moves the statistics, in place of the layers' own momentum; 0 leaves them as they are. */
  statisticsMomentum?: number
}
export const inference: Mode = { training: false }

let instances = 0

/** A network with its weights: a definition run layer by layer, so that every block can be moved, frozen and read. */
export class Network {
  readonly weights: ReadonlyMap<string, tf.Variable>
  private readonly shapes: WeightShape[]

  private constructor(readonly definition: NetworkDefinition, values: (weight: WeightShape) => Float32Array | tf.Tensor) {
    this.shapes = weightShapes(definition)
    const instance = ++instances
    this.weights = new Map(this.shapes.map((weight) => [
      weight.name,
      tf.tidy(() => {
        const value = values(weight)
        const initial = value instanceof Float32Array ? tf.tensor(value, weight.shape) : tf.clone(value)
        return tf.variable(initial, weight.trainable, `network${instance}/${weight.name}`)
      })
    ]))
  }

  /** Fresh weights; the same definition and seed give the same numbers. */
  static create(definition: NetworkDefinition, seed: number): Network {
    const kernels = new Map<string, number>()
    return new Network(definition, (weight) => {
      const layer = `${weight.block}.${weight.layer.name}`
      if (weight.weight === 'kernel' || weight.weight === 'depthwiseKernel') kernels.set(layer, fanInOf(weight))
      return initialValues(weight, kernels.get(layer) ?? 1, randomStream(seed, 'weights', weight.name))
    })
  }

  /** The definition filled with weights by name. @throws GraftError naming a weight that is missing or has another size. */
  static fromWeights(definition: NetworkDefinition, weights: ReadonlyMap<string, Float32Array | tf.Tensor>): Network {
    return new Network(definition, (weight) => {
      const value = weights.get(weight.name)
      const size = value === undefined ? undefined : value instanceof Float32Array ? value.length : value.size
      const expected = weight.shape.reduce((product, length) => product * length, 1)
      if (value === undefined || size !== expected) {
        throw new GraftError('weights-misfit', {
          en: value === undefined
            ? `The weights hold no ${weight.name}.`
            : `Weight ${weight.name} has ${size} numbers where the network needs ${expected} (${weight.shape.join('×')}).`,
          zh: value === undefined
            ? `权重中没有 ${weight.name}。`
            : `权重 ${weight.name} 有 ${size} 个数，而网络需要 ${expected} 个（${weight.shape.join('×')}）。`
        })
      }
      return value
    })
  }

  /** Names of the backbone's blocks, in order. */
  get blockNames(): string[] {
    return this.definition.blocks.map(({ name }) => name)
  }

  /** Length of the feature vector that the backbone ends in. */
  get featureLength(): number {
    const size = this.definition.blocks.reduce<Size>((input, block) => blockOutputSize(block, input), this.definition.input)
    return size.reduce((product, length) => product * length, 1)
  }

  /**
   * The least momentum with which training moves the statistics of batch normalisations, whatever their layers say: where
   * a training has few steps, averages that move by a hundredth per step would lag behind the weights they belong to.
   */
  leastStatisticsMomentum = 0

  /** Size of what leaves a block: [height, width, channels], or [features]. */
  sizeOf(name: string): Size {
    return this.definition.blocks.slice(0, this.indexOf(name) + 1)
      .reduce<Size>((input, block) => blockOutputSize(block, input), this.definition.input)
  }

  /** A block's weights by full name; `head` for the head. */
  weightsOf(block: string): ReadonlyMap<string, tf.Variable> {
    return this.select((weight) => weight.block === block)
  }

  /** A block's weights that gradients move (no moving statistics). */
  trainableOf(block: string): ReadonlyMap<string, tf.Variable> {
    return this.select((weight) => weight.block === block && weight.trainable)
  }

  /** The moving statistics of the batch normalisations, by full name; empty where there are none. */
  get movingStatistics(): ReadonlyMap<string, tf.Variable> {
    return this.select((weight) => weight.weight === 'movingMean' || weight.weight === 'movingVariance')
  }

  /** Backbone: normalised images [batch, height, width, channels] → features [batch, features]. */
  features(inputs: tf.Tensor4D, mode: Mode): tf.Tensor2D {
    return flat(this.run(this.definition.blocks, inputs, mode))
  }

  /** What leaves the named block. @throws GraftError for a name that is not there. */
  blockOutput(inputs: tf.Tensor4D, name: string, mode: Mode): tf.Tensor {
    return this.run(this.definition.blocks.slice(0, this.indexOf(name) + 1), inputs, mode)
  }

  /** The backbone in one pass: its features, and what leaves the named blocks, in the names' order. */
  outputs(inputs: tf.Tensor4D, names: readonly string[], mode: Mode): { features: tf.Tensor2D, blocks: tf.Tensor[] } {
    const wanted = names.map((name) => this.indexOf(name))
    return tf.tidy(() => {
      const outputs: tf.Tensor[] = []
      for (const block of this.definition.blocks) outputs.push(this.runBlock(block, outputs.at(-1) ?? inputs, mode))
      return { features: flat(outputs.at(-1)!), blocks: wanted.map((index) => outputs[index]!) }
    })
  }

  /** Logits from what left the named block: the rest of the network. */
  logitsAfter(name: string, output: tf.Tensor, mode: Mode): tf.Tensor2D {
    const rest = this.definition.blocks.slice(this.indexOf(name) + 1)
    return tf.tidy(() => this.logits(flat(this.run(rest, output, mode)), mode))
  }

  /** Head: features [batch, features] → logits [batch, classes]. */
  logits(features: tf.Tensor2D, mode: Mode): tf.Tensor2D {
    return this.run([this.definition.head], features, mode) as tf.Tensor2D
  }

  /** Normalised images [batch, height, width, channels] → logits [batch, classes]. */
  forward(inputs: tf.Tensor4D, mode: Mode): tf.Tensor2D {
    return this.logits(this.features(inputs, mode), mode)
  }

  /** Blocks, or parts of blocks, run one after another on any input; their weights are found by the blocks' and layers' names. */
  runBlocks(blocks: readonly Block[], inputs: tf.Tensor, mode: Mode): tf.Tensor {
    return this.run(blocks, inputs, mode)
  }

  dispose(): void {
    for (const variable of this.weights.values()) {
      closeGraph(variable)
      variable.dispose()
    }
  }

  private select(keep: (weight: WeightShape) => boolean): ReadonlyMap<string, tf.Variable> {
    return new Map(this.shapes.filter(keep).map(({ name }) => [name, this.weights.get(name)!]))
  }

  private indexOf(name: string): number {
    const index = this.definition.blocks.findIndex((block) => block.name === name)
    if (index >= 0) return index
    throw new GraftError('unknown-block', {
      en: `The network has no block ${name}; it has ${this.blockNames.join(', ')}.`,
      zh: `网络中没有块 ${name}；现有 ${this.blockNames.join('、')}。`
    })
  }

  private run(blocks: readonly Block[], inputs: tf.Tensor, mode: Mode): tf.Tensor {
    return tf.tidy(() => blocks.reduce((x, block) => {
      const output = tf.tidy(() => this.runBlock(block, x, mode))
      // What a block gave is needed no longer than the next one runs; a gradient keeps copies of its own.
      if (x !== inputs && x !== output) x.dispose()
      return output
    }, inputs))
  }

  private runBlock(block: Block, input: tf.Tensor, mode: Mode): tf.Tensor {
    const training = mode.training && !mode.frozen?.has(block.name)
    const outputs = new Map<string, tf.Tensor>([['input', input]])
    let last = input
    const weightOf = (name: string) => (mode.statistics?.get(name) ?? mode.weights?.get(name) as tf.Variable | undefined ?? this.weights.get(name))!
    const contextOf = (layer: string): LayerContext => ({
      weight: (name) => weightOf(weightName(block.name, layer, name)),
      training,
      ...(mode.statisticsMomentum !== undefined && { statisticsMomentum: mode.statisticsMomentum }),
      leastMomentum: this.leastStatisticsMomentum,
      dropout: mode.dropout !== false,
      ...(mode.attention?.layer === `${block.name}.${layer}` && { attention: mode.attention.change }),
      randomKey: [...(mode.randomKey ?? []), block.name]
    })
    // Where gradients are taken, or somebody watches each layer, each is computed by itself.
    const foldable = !training && !mode.observe && tf.engine().state.gradientDepth === 0
    for (let index = 0; index < block.layers.length; index++) {
      const layer = block.layers[index]!
      const inputs = layer.inputs ? layer.inputs.map((name) => outputs.get(name)!) : [last]
      const pooled = mode.observe ? undefined : pooledConvolutionAt(block, index)
      const folded = foldable ? foldedConvolutionAt(block, index) : undefined
      const length = pooled ? 3 : folded?.length ?? 1
      const end = block.layers[index + length - 1]!
      last = tf.tidy(() => pooled ? applyPooledConvolution(pooled, inputs[0] as tf.Tensor4D, contextOf(layer.name))
        : folded ? applyFoldedConvolution(folded, inputs[0] as tf.Tensor4D, contextOf)
          : applyLayer(layer, inputs, contextOf(layer.name)))
      mode.observe?.(`${block.name}.${layer.name}`, last)
      const first = index
      index += length - 1
      outputs.set(end.name, last)
      for (const name of readLastBy(block, first, index)) {
        const done = outputs.get(name)
        outputs.delete(name)
        // A layer may give on what it was given.
        if (done && done !== input && ![...outputs.values()].includes(done)) done.dispose()
      }
    }
    return last
  }
}

function flat(x: tf.Tensor): tf.Tensor2D {
  return x.rank === 2 ? x as tf.Tensor2D : tf.reshape(x, [x.shape[0]!, -1])
}
