import { GraftError } from '../../../contract/errors'
import { weightName, type Block, type Layer, type NetworkDefinition } from '../../network/definition'
import { blockOutputSize, blockSizes, type Size } from '../../network/shapes'

/** A layer as Keras describes it. */
export interface KerasLayer {
  name: string
  class_name: string
  config: Record<string, unknown>
  inbound_nodes: [string, number, number, Record<string, never>][][]
}
/** One weight of the model file: a weight of the network, or numbers that the format needs and the network does not. */
interface ExportedWeight {
  /** As TensorFlow.js names it: `block1.convolution/kernel`. */
  name: string
  shape: number[]
  /** Name of the network's weight. */
  from?: string
  values?: Float32Array
}
interface LayersModel {
  topology: { class_name: 'Functional', config: Record<string, unknown>, keras_version: string, backend: string }
  weights: ExportedWeight[]
}

const inputName = 'image'
/** The Keras whose format this is. */
export const kerasVersion = '2.15.0'

/**
 * A network as a TensorFlow.js LayersModel: images [batch, height, width, channels], already normalised, → logits
 * [batch, classes], or features where it has no classes. Layers are named `<block>.<layer>`.
 *
 * @throws GraftError `not-exportable` naming a layer that Keras' layers cannot say
 */
export function toLayersModel(definition: NetworkDefinition): LayersModel {
  const builder = new Builder(definition)
  let size: Size = definition.input
  for (const block of definition.blocks) {
    builder.block(block, size)
    size = blockOutputSize(block, size)
  }
  if (size.length === 3) {
    builder.flatten()
    size = [size[0] * size[1] * size[2]]
  }
  // A backbone without a head ends in its features.
  if (definition.classes.length > 0) builder.block(definition.head, size)
  return builder.model()
}

class Builder {
  private readonly layers: KerasLayer[] = []
  private readonly weights: ExportedWeight[] = []
  private last = inputName

  constructor(private readonly definition: NetworkDefinition) {
    this.layers.push({
      name: inputName, class_name: 'InputLayer', inbound_nodes: [],
      config: { name: inputName, batch_input_shape: [null, ...definition.input], dtype: 'float32', sparse: false }
    })
  }

  block(block: Block, input: Size): void {
    const sizes = blockSizes(block, input)
    const outputs = new Map([['input', this.last]])
    let previous: Layer | undefined
    for (const layer of block.layers) {
      const inputs = layer.inputs?.map((name) => outputs.get(name)!) ?? [this.last]
      const size = sizes.get(layer.inputs?.[0] ?? previous?.name ?? 'input')!
      const before = layer.inputs ? block.layers.find(({ name }) => name === layer.inputs![0]) : previous
      this.layer(block.name, layer, inputs, size, before)
      outputs.set(layer.name, this.last)
      previous = layer
    }
  }

  flatten(): void {
    this.add('features', 'Flatten', {}, [this.last])
  }

  model(): LayersModel {
    return {
      topology: {
        class_name: 'Functional',
        config: {
          name: this.definition.architecture,
          layers: this.layers,
          input_layers: [[inputName, 0, 0]],
          output_layers: [[this.last, 0, 0]]
        },
        keras_version: kerasVersion,
        backend: 'tensorflow'
      },
      weights: this.weights
    }
  }

  private add(name: string, className: string, config: Record<string, unknown>, inputs: readonly string[]): void {
    this.layers.push({
      name, class_name: className, config: { name, trainable: true, dtype: 'float32', ...config },
      inbound_nodes: [inputs.map((input) => [input, 0, 0, {}])]
    })
    this.last = name
  }

  private weight(block: string, layer: Layer, weight: string, kerasName: string, shape: number[]): void {
    this.weights.push({ name: `${block}.${layer.name}/${kerasName}`, shape, from: weightName(block, layer.name, weight) })
  }

  /** Zeros that a layer pads with by itself in the network. */
  private padded(name: string, padding: 'same' | 'valid' | number, inputs: readonly string[]): { padding: string, inputs: readonly string[] } {
    if (typeof padding !== 'number') return { padding, inputs }
    if (padding > 0) {
      this.add(`${name}.padding`, 'ZeroPadding2D', { padding: [[padding, padding], [padding, padding]], ...channelsLast }, inputs)
    }
    return { padding: 'valid', inputs: padding > 0 ? [this.last] : inputs }
  }

  private layer(block: string, layer: Layer, inputs: readonly string[], size: Size, before: Layer | undefined): void {
    const name = `${block}.${layer.name}`
    const channels = size[size.length - 1]!
    switch (layer.kind) {
      case 'convolution': {
        const padded = this.padded(name, layer.padding, inputs)
        this.add(name, 'Conv2D', {
          filters: layer.filters, kernel_size: layer.kernelSize, strides: layer.strides, padding: padded.padding, ...channelsLast,
          dilation_rate: [1, 1], activation: 'linear', use_bias: layer.bias
        }, padded.inputs)
        this.weight(block, layer, 'kernel', 'kernel', [...layer.kernelSize, channels, layer.filters])
        if (layer.bias) this.weight(block, layer, 'bias', 'bias', [layer.filters])
        return
      }
      case 'depthwise-convolution': {
        const padded = this.padded(name, layer.padding, inputs)
        this.add(name, 'DepthwiseConv2D', {
          kernel_size: layer.kernelSize, strides: layer.strides, padding: padded.padding, ...channelsLast,
          depth_multiplier: 1, activation: 'linear', use_bias: layer.bias
        }, padded.inputs)
        this.weight(block, layer, 'depthwiseKernel', 'depthwise_kernel', [...layer.kernelSize, channels, 1])
        if (layer.bias) this.weight(block, layer, 'bias', 'bias', [channels])
        return
      }
      case 'dense':
        this.add(name, 'Dense', { units: layer.units, activation: 'linear', use_bias: layer.bias }, inputs)
        this.weight(block, layer, 'kernel', 'kernel', [channels, layer.units])
        if (layer.bias) this.weight(block, layer, 'bias', 'bias', [layer.units])
        return
      case 'batch-normalisation':
        // Keras counts what stays of the average, PyTorch and Graft what is new.
        this.add(name, 'BatchNormalization', {
          axis: -1, momentum: 1 - layer.momentum, epsilon: layer.epsilon, center: true, scale: true
        }, inputs)
        this.weight(block, layer, 'gamma', 'gamma', [channels])
        this.weight(block, layer, 'beta', 'beta', [channels])
        this.weight(block, layer, 'movingMean', 'moving_mean', [channels])
        this.weight(block, layer, 'movingVariance', 'moving_variance', [channels])
        return
      case 'relu': return this.add(name, 'Activation', { activation: 'relu' }, inputs)
      case 'relu6': return this.add(name, 'ReLU', { max_value: 6 }, inputs)
      case 'silu': return this.add(name, 'Activation', { activation: 'swish' }, inputs)
      case 'gelu':
      case 'sigmoid': return this.add(name, 'Activation', { activation: layer.kind }, inputs)
      case 'hard-sigmoid': return this.hardSigmoid(name, inputs)
      case 'hard-swish':
        this.hardSigmoid(`${name}.gate`, inputs)
        return this.add(name, 'Multiply', {}, [inputs[0]!, this.last])
      case 'layer-normalisation':
        this.add(name, 'LayerNormalization', { axis: [-1], epsilon: layer.epsilon, center: true, scale: true }, inputs)
        this.weight(block, layer, 'gamma', 'gamma', [channels])
        this.weight(block, layer, 'beta', 'beta', [channels])
        return
      case 'channel-scale':
        // A depthwise convolution over single places multiplies each channel by a number.
        this.add(name, 'DepthwiseConv2D', {
          kernel_size: [1, 1], strides: [1, 1], padding: 'valid', ...channelsLast, depth_multiplier: 1, activation: 'linear', use_bias: false
        }, inputs)
        this.weight(block, layer, 'scale', 'depthwise_kernel', [1, 1, channels, 1])
        return
      case 'squeeze':
        this.add(`${name}.mean`, 'GlobalAveragePooling2D', channelsLast, inputs)
        return this.add(name, 'Reshape', { target_shape: [1, 1, channels] }, [this.last])
      case 'multiply': return this.add(name, 'Multiply', {}, inputs)
      case 'max-pooling':
        // Zeros stand for "nothing" only where nothing is below them.
        if (typeof layer.padding === 'number' && layer.padding > 0 && before?.kind !== 'relu' && before?.kind !== 'relu6') throw notExportable(name)
        return this.pooling(name, 'MaxPooling2D', layer, inputs)
      case 'average-pooling': return this.pooling(name, 'AveragePooling2D', layer, inputs)
      case 'global-average-pooling': return this.add(name, 'GlobalAveragePooling2D', channelsLast, inputs)
      case 'flatten': return this.add(name, 'Flatten', {}, inputs)
      case 'dropout': return this.add(name, 'Dropout', { rate: layer.rate }, inputs)
      case 'add': return this.add(name, 'Add', {}, inputs)
      case 'tokens':
      case 'positions':
      case 'attention':
      case 'first-token': throw transformerNotExportable(name)
      case 'padded-shortcut': return this.paddedShortcut(name, layer, inputs, channels)
      case 'graph': throw notExportable(name)
      case 'zero-padding': {
        const [top, bottom, left, right] = layer.sides
        return this.add(name, 'ZeroPadding2D', { padding: [[top, bottom], [left, right]], ...channelsLast }, inputs)
      }
    }
  }

  /** Keras' own activation of this name was another one before its version 3. */
  private hardSigmoid(name: string, inputs: readonly string[]): void {
    this.add(`${name}.shifted`, 'Rescaling', { scale: 1, offset: 3 }, inputs)
    this.add(`${name}.clipped`, 'ReLU', { max_value: 6 }, [this.last])
    this.add(name, 'Rescaling', { scale: 1 / 6, offset: 0 }, [this.last])
  }

  private pooling(
    name: string, className: string, layer: Extract<Layer, { kind: 'max-pooling' | 'average-pooling' }>, inputs: readonly string[]
  ): void {
    const padded = this.padded(name, layer.padding, inputs)
    this.add(name, className, { pool_size: layer.size, strides: layer.strides, padding: padded.padding, ...channelsLast }, padded.inputs)
  }

  /** Keras has no layer that drops pixels and adds channels: a 1×1 convolution by ones in the right places does both. */
  private paddedShortcut(name: string, layer: Extract<Layer, { kind: 'padded-shortcut' }>, inputs: readonly string[], channels: number): void {
    this.add(name, 'Conv2D', {
      filters: layer.channels, kernel_size: [1, 1], strides: [layer.stride, layer.stride], padding: 'valid', ...channelsLast,
      dilation_rate: [1, 1], activation: 'linear', use_bias: false, trainable: false
    }, inputs)
    const before = Math.floor((layer.channels - channels) / 2)
    const values = new Float32Array(channels * layer.channels)
    for (let channel = 0; channel < channels; channel++) values[channel * layer.channels + before + channel] = 1
    this.weights.push({ name: `${name}/kernel`, shape: [1, 1, channels, layer.channels], values })
  }
}

const channelsLast = { data_format: 'channels_last' }

function transformerNotExportable(layer: string): GraftError {
  return new GraftError('not-exportable', {
    en: `Layer ${layer} belongs to a transformer, which TensorFlow.js and Keras have no plain layers for.`,
    zh: `层 ${layer} 属于 Transformer，TensorFlow.js 与 Keras 没有对应的普通层。`
  }, { remedy: { en: 'Save it as ONNX or safetensors instead.', zh: '请改存为 ONNX 或 safetensors。' } })
}

function notExportable(layer: string): GraftError {
  return new GraftError('not-exportable', {
    en: `Layer ${layer} pads a max-pooling of negative numbers, which TensorFlow.js has no layer for.`,
    zh: `层 ${layer} 对负数的最大池化进行了填充，TensorFlow.js 没有对应的层。`
  }, { remedy: { en: 'Save it as safetensors instead.', zh: '请改存为 safetensors。' } })
}
