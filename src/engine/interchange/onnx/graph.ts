import { GraftError } from '../../../contract/errors'
import { weightName, type Block, type Layer, type LayerOf } from '../../network/definition'
import { blockOutputSize, blockSizes, type Size } from '../../network/shapes'
import type { StoredNetwork } from '../shared/stored-network'
import { GraphWriter } from './graph-writer'
import { attributes, type OnnxModelToWrite, type OnnxNodeToWrite } from './messages'
import { floats, inputName, modelOf, outputName } from './model'
import { sidesOf } from '../recognition/graph-order'
import { permuted } from '../shared/permuted'

/**
 * A network as an ONNX model (opset 17): images [batch, channels, height, width], already normalised, → logits
 * [batch, classes]. Weights lie as PyTorch has them and carry its names (`block1.convolution.weight`), so a vector that was
 * flattened is in PyTorch's order too.
 *
 * @throws GraftError `not-exportable` naming a layer
 */
export function toOnnx(network: StoredNetwork, metadata: Readonly<Record<string, string>>, producerVersion: string): OnnxModelToWrite {
  const { definition } = network
  const graph = new GraphWriter()
  graph.rename(new NetworkWriter(network, graph).logits(), outputName)
  return modelOf(definition, graph, [floats(outputName, [definition.classes.length])], metadata, producerVersion)
}

/** A network's layers in a graph. */
export class NetworkWriter {
  /** Vectors that came of an image [height, width, channels] and keep its order. */
  private readonly flattened = new Map<string, readonly [number, number, number]>()
  private readonly weights: StoredNetwork['weights']
  private readonly definition: StoredNetwork['definition']

  /** @param prefix before each name, where a graph holds several networks @param last the output that its images are */
  constructor({ definition, weights }: StoredNetwork, private readonly graph: GraphWriter, private readonly prefix = '', private last = inputName) {
    this.definition = definition
    this.weights = weights
  }

  /** @returns the output that its logits are */
  logits(): string {
    let size = this.backbone(this.definition.blocks)
    if (size.length === 3) {
      this.flatten(`${this.prefix}features`, size)
      size = [size[0] * size[1] * size[2]]
    }
    this.block(this.definition.head, size)
    return this.last
  }

  /**
   * What the first blocks make of an image, as a vector in the order of [height, width, channels].
   * @param average maps are averaged over their places
   */
  features(blocks: readonly Block[], average: boolean): string {
    const size = this.backbone(blocks)
    const name = (part: string): string => `${this.prefix}features.${part}`
    if (size.length === 3 && average) {
      this.node(name('mean'), 'GlobalAveragePool', [this.last])
      this.node(name('vector'), 'Flatten', [this.last], [attributes.int('axis', 1)])
    } else if (size.length === 3) {
      this.node(name('turned'), 'Transpose', [this.last], [attributes.ints('perm', [0, 2, 3, 1])])
      this.node(name('vector'), 'Flatten', [this.last], [attributes.int('axis', 1)])
    }
    const image = this.flattened.get(this.last)
    if (!image) return this.last
    const [height, width, channels] = image
    const order = permuted(Float32Array.from({ length: height * width * channels }, (_, place) => place), [channels, height, width], [1, 2, 0])
    this.node(name('order'), 'Gather', [this.last, this.ints(name('places'), Array.from(order))], [attributes.int('axis', 1)])
    return this.last
  }

  private backbone(blocks: readonly Block[]): Size {
    let size: Size = this.definition.input
    for (const block of blocks) {
      this.block(block, size)
      size = blockOutputSize(block, size)
    }
    return size
  }

  private block(block: Block, input: Size): void {
    const sizes = blockSizes(block, input)
    const outputs = new Map([['input', this.last]])
    let previous = 'input'
    for (const layer of block.layers) {
      const names = layer.inputs ?? [previous]
      this.layer(block.name, layer, names.map((name) => outputs.get(name)!), sizes.get(names[0]!)!)
      outputs.set(layer.name, this.last)
      previous = layer.name
    }
  }

  private flatten(name: string, size: Size): void {
    const input = this.last
    this.node(name, 'Flatten', [input], [attributes.int('axis', 1)])
    if (size.length === 3 && size[0] * size[1] > 1) this.flattened.set(name, size)
  }

  private node(...parts: Parameters<GraphWriter['node']>): void {
    this.last = this.graph.node(...parts)
  }

  private floats(name: string, dims: readonly number[], data: Float32Array): string {
    return this.graph.floats(name, dims, data)
  }

  private ints(name: string, values: readonly number[]): string {
    return this.graph.ints(name, values)
  }

  private layer(block: string, layer: Layer, inputs: readonly string[], size: Size): void {
    const name = `${this.prefix}${block}.${layer.name}`
    const channels = size[size.length - 1]!
    const weight = (kind: string): Float32Array => this.weights.get(weightName(block, layer.name, kind))!.data
    const vector = (kind: string, torchName: string, length: number): string => this.floats(`${name}.${torchName}`, [length], weight(kind))
    switch (layer.kind) {
      case 'convolution': {
        const [height, width] = layer.kernelSize
        const kernel = this.floats(`${name}.weight`, [layer.filters, channels, height, width],
          permuted(weight('kernel'), [height, width, channels, layer.filters], [3, 2, 0, 1]))
        return this.node(name, 'Conv', [inputs[0]!, kernel, ...(layer.bias ? [vector('bias', 'bias', layer.filters)] : [])],
          windowOf(size, layer.kernelSize, layer.strides, layer.padding))
      }
      case 'depthwise-convolution': {
        const [height, width] = layer.kernelSize
        const kernel = this.floats(`${name}.weight`, [channels, 1, height, width],
          permuted(weight('depthwiseKernel'), [height, width, channels, 1], [2, 3, 0, 1]))
        return this.node(name, 'Conv', [inputs[0]!, kernel, ...(layer.bias ? [vector('bias', 'bias', channels)] : [])],
          [attributes.int('group', channels), ...windowOf(size, layer.kernelSize, layer.strides, layer.padding)])
      }
      case 'dense': {
        const image = this.flattened.get(inputs[0]!)
        const kernel = image
          ? permuted(weight('kernel'), [...image, layer.units], [3, 2, 0, 1])
          : permuted(weight('kernel'), [channels, layer.units], [1, 0])
        const names = [this.floats(`${name}.weight`, [layer.units, channels], kernel), ...(layer.bias ? [vector('bias', 'bias', layer.units)] : [])]
        return this.node(name, 'Gemm', [inputs[0]!, ...names], [attributes.int('transB', 1)])
      }
      case 'batch-normalisation':
        if (this.flattened.has(inputs[0]!)) throw notExportable(name)
        return this.node(name, 'BatchNormalization', [
          inputs[0]!, vector('gamma', 'weight', channels), vector('beta', 'bias', channels),
          vector('movingMean', 'running_mean', channels), vector('movingVariance', 'running_var', channels)
        ], [attributes.float('epsilon', layer.epsilon)])
      case 'relu': return this.elementwise(name, 'Relu', inputs[0]!)
      case 'relu6': return this.elementwise(name, 'Clip', inputs[0]!, [
        this.floats(`${name}.minimum`, [], Float32Array.of(0)), this.floats(`${name}.maximum`, [], Float32Array.of(6))
      ])
      case 'silu':
        this.elementwise(`${name}.gate`, 'Sigmoid', inputs[0]!)
        return this.elementwise(name, 'Mul', inputs[0]!, [this.last])
      case 'gelu': return this.gelu(name, inputs[0]!)
      case 'sigmoid': return this.elementwise(name, 'Sigmoid', inputs[0]!)
      case 'hard-sigmoid': return this.node(name, 'HardSigmoid', inputs, [attributes.float('alpha', 1 / 6), attributes.float('beta', 0.5)])
      case 'hard-swish': return this.elementwise(name, 'HardSwish', inputs[0]!)
      case 'layer-normalisation': {
        if (this.flattened.has(inputs[0]!)) throw notExportable(name)
        const [scale, shift] = [vector('gamma', 'weight', channels), vector('beta', 'bias', channels)]
        const epsilon = attributes.float('epsilon', layer.epsilon)
        if (size.length === 1) return this.node(name, 'LayerNormalization', [inputs[0]!, scale, shift], [attributes.int('axis', -1), epsilon])
        // Over the channels, which ONNX has in front and this operator wants behind.
        this.node(`${name}.turned`, 'Transpose', inputs, [attributes.ints('perm', [0, 2, 3, 1])])
        this.node(`${name}.normalised`, 'LayerNormalization', [this.last, scale, shift], [attributes.int('axis', -1), epsilon])
        return this.node(name, 'Transpose', [this.last], [attributes.ints('perm', [0, 3, 1, 2])])
      }
      case 'tokens':
      case 'positions':
      case 'attention':
      case 'first-token': return this.transformer(name, layer, inputs[0]!, size, weight)
      case 'channel-scale': return this.node(name, 'Mul', [inputs[0]!, this.floats(`${name}.scale`, [channels, 1, 1], weight('scale'))])
      case 'squeeze': return this.node(name, 'GlobalAveragePool', inputs)
      case 'multiply': return this.node(name, 'Mul', inputs)
      case 'max-pooling':
        return this.node(name, 'MaxPool', inputs, windowOf(size, layer.size, layer.strides, layer.padding))
      case 'average-pooling':
        // TensorFlow's `same` leaves its padding out of the mean; zeros that the network pads with count.
        return this.node(name, 'AveragePool', inputs, [
          ...windowOf(size, layer.size, layer.strides, layer.padding), attributes.int('count_include_pad', typeof layer.padding === 'number' ? 1 : 0)
        ])
      case 'global-average-pooling':
        this.node(`${name}.mean`, 'GlobalAveragePool', inputs)
        return this.node(name, 'Flatten', [this.last], [attributes.int('axis', 1)])
      case 'flatten':
        this.last = inputs[0]!
        return this.flatten(name, size)
      case 'dropout':
        // Nothing is dropped when a model answers.
        this.last = inputs[0]!
        return
      case 'add':
        return inputs.slice(1).forEach((input, index) =>
          this.node(index === inputs.length - 2 ? name : `${name}.${index}`, 'Add', [index === 0 ? inputs[0]! : this.last, input]))
      case 'padded-shortcut': return this.paddedShortcut(name, layer, inputs[0]!, size)
      case 'graph': throw notExportable(name)
      case 'zero-padding': {
        const [top, bottom, left, right] = layer.sides
        return this.node(name, 'Pad', [inputs[0]!, this.ints(`${name}.pads`, [0, 0, top, left, 0, 0, bottom, right])])
      }
    }
  }

  /** One output a number: a vector keeps the order it has. */
  private elementwise(name: string, operator: string, input: string, more: readonly string[] = []): void {
    this.node(name, operator, [input, ...more])
    const image = this.flattened.get(input)
    if (image) this.flattened.set(name, image)
  }

  /** Steps of a transformer, whose places lie as [batch, channels, places, 1]. */
  private transformer(
    name: string, layer: LayerOf<'tokens' | 'positions' | 'attention' | 'first-token'>, input: string, size: Size, weight: (kind: string) => Float32Array
  ): void {
    const [places, channels] = [size[0], size[size.length - 1]!]
    /** As PyTorch has kernels: [channels, rows]. */
    const turned = (kind: string, rows: number): string =>
      this.floats(`${name}.${kind}`, [channels, rows], permuted(weight(kind), [rows, channels], [1, 0]))
    const shaped = (part: string, from: string, shape: readonly number[]): string => {
      this.node(`${name}.${part}`, 'Reshape', [from, this.ints(`${name}.${part}-shape`, shape)])
      return this.last
    }
    switch (layer.kind) {
      case 'tokens': {
        const row = shaped('row', input, [0, 0, -1, 1])
        const tokens = shaped('token-row', turned('tokens', layer.count), [1, channels, layer.count, 1])
        // As many of them as there are images.
        this.node(`${name}.shape`, 'Shape', [row])
        this.node(`${name}.batch`, 'Gather', [this.last, this.ints(`${name}.batch-index`, [0])], [attributes.int('axis', 0)])
        this.node(`${name}.spread-shape`, 'Concat', [this.last, this.ints(`${name}.one-shape`, [channels, layer.count, 1])], [attributes.int('axis', 0)])
        this.node(`${name}.spread`, 'Expand', [tokens, this.last])
        return this.node(name, 'Concat', [this.last, row], [attributes.int('axis', 2)])
      }
      case 'positions': return this.node(name, 'Add', [input, shaped('row', turned('positions', places), [1, channels, places, 1])])
      case 'attention': {
        const width = channels / 3 / layer.heads
        const split = shaped('split', input, [0, 3, layer.heads, width, places])
        const part = (which: string, at: number): string => {
          this.node(`${name}.${which}`, 'Gather', [split, this.ints(`${name}.${which}-index`, [at])], [attributes.int('axis', 1)])
          return shaped(`${which}-heads`, this.last, [0, layer.heads, width, places])
        }
        const [queries, keys, values] = [part('queries', 0), part('keys', 1), part('values', 2)]
        this.node(`${name}.queries-turned`, 'Transpose', [queries], [attributes.ints('perm', [0, 1, 3, 2])])
        this.node(`${name}.products`, 'MatMul', [this.last, keys])
        this.node(`${name}.scaled`, 'Mul', [this.last, this.floats(`${name}.factor`, [], Float32Array.of(1 / Math.sqrt(width)))])
        this.node(`${name}.probabilities`, 'Softmax', [this.last], [attributes.int('axis', -1)])
        this.node(`${name}.probabilities-turned`, 'Transpose', [this.last], [attributes.ints('perm', [0, 1, 3, 2])])
        this.node(`${name}.mixed`, 'MatMul', [values, this.last])
        this.last = shaped('joined', this.last, [0, channels / 3, places, 1])
        return this.node(name, 'Identity', [this.last])
      }
      case 'first-token':
        this.node(`${name}.token`, 'Slice', [input, ...['starts', 'ends', 'axes'].map((part, at) => this.ints(`${name}.${part}`, [[0], [1], [2]][at]!))])
        return this.node(name, 'Flatten', [this.last], [attributes.int('axis', 1)])
    }
  }

  private gelu(name: string, input: string): void {
    const number = (part: string, value: number): string => this.floats(`${name}.${part}`, [], Float32Array.of(value))
    this.elementwise(`${name}.divided`, 'Div', input, [number('root', Math.SQRT2)])
    this.elementwise(`${name}.error`, 'Erf', this.last)
    this.elementwise(`${name}.shifted`, 'Add', this.last, [number('one', 1)])
    this.elementwise(`${name}.product`, 'Mul', input, [this.last])
    this.elementwise(name, 'Mul', this.last, [number('half', 0.5)])
  }

  private paddedShortcut(name: string, layer: Extract<Layer, { kind: 'padded-shortcut' }>, input: string, size: Size): void {
    const [height, width, channels] = size as readonly [number, number, number]
    const before = Math.floor((layer.channels - channels) / 2)
    let from = input
    if (layer.stride > 1) {
      this.node(`${name}.sampled`, 'Slice', [input,
        this.ints(`${name}.starts`, [0, 0]), this.ints(`${name}.ends`, [height, width]),
        this.ints(`${name}.axes`, [2, 3]), this.ints(`${name}.steps`, [layer.stride, layer.stride])])
      from = this.last
    }
    this.node(name, 'Pad', [from, this.ints(`${name}.pads`, [0, before, 0, 0, 0, layer.channels - channels - before, 0, 0])])
  }
}

/** Window, strides and the padding in numbers. */
function windowOf(
  size: Size, window: readonly [number, number], strides: readonly [number, number], padding: 'same' | 'valid' | number
): NonNullable<OnnxNodeToWrite['attributes']> {
  return [attributes.ints('kernel_shape', window), attributes.ints('strides', strides), attributes.ints('pads', sidesOf(padding, size, window, strides))]
}

function notExportable(layer: string): GraftError {
  return new GraftError('not-exportable', {
    en: `Layer ${layer} normalises a flattened image, which Graft does not write as ONNX.`,
    zh: `层 ${layer} 对展平后的图像做归一化，Graft 无法将其写成 ONNX。`
  }, { remedy: { en: 'Save it as safetensors instead.', zh: '请改存为 safetensors。' } })
}
