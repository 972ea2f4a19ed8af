import { GraftError } from '../../../contract/errors'
import { weightName, type Block, type Layer } from '../../network/definition'
import { blockOutputSize, blockSizes, type Size } from '../../network/shapes'
import { sidesOf } from '../recognition/graph-order'
import { permuted } from '../shared/permuted'
import type { StoredNetwork } from '../shared/stored-network'
import { fewer } from './fewer-steps'
import { whole, type Constant, type Range, type Step } from './step'
import type { Options } from './messages'

export const imagesName = 'images'

/**
 * A network step by step as TensorFlow Lite computes it, from images as bytes to logits: normalisation is the first step, batch
 * normalisations are folded into the kernels before them, activations fused.
 * @throws GraftError `not-exportable` naming a layer
 */
export function stepsOf(model: StoredNetwork): Step[] {
  const maker = new Maker(model)
  return fewer(maker.steps)
}

class Maker {
  readonly steps: Step[] = []
  private last = imagesName

  constructor(private readonly model: StoredNetwork) {
    const { definition } = model
    this.normalise()
    let size: Size = definition.input
    for (const block of definition.blocks) {
      this.block(block, size)
      size = blockOutputSize(block, size)
    }
    if (size.length === 3) {
      this.reshape('features', this.last, size)
      size = [size[0] * size[1] * size[2]]
    }
    this.block(definition.head, size)
  }

  /** (x / 255 − mean) / deviation as one scale and shift by channel. */
  private normalise(): void {
    const { input, normalisation: { mean, standardDeviation } } = this.model.definition
    const channel = <Number>(list: readonly Number[], at: number): Number => list[list.length === 1 ? 0 : at]!
    const channels = Array.from({ length: input[2] }, (_, at) => at)
    const scale = channels.map((at) => 1 / (255 * channel(standardDeviation, at)))
    const shift = channels.map((at) => -channel(mean, at) / channel(standardDeviation, at))
    const ends = channels.flatMap((at) => [shift[at]!, 255 * scale[at]! + shift[at]!])
    this.affine('normalised', this.last, input, scale, shift, [Math.min(...ends), Math.max(...ends)])
  }

  private block(block: Block, input: Size): void {
    const sizes = blockSizes(block, input)
    const outputs = new Map([['input', this.last]])
    let previous = 'input'
    for (const layer of block.layers) {
      const names = layer.inputs ?? [previous]
      this.layer(block.name, layer, names.map((name) => outputs.get(name)!), sizes.get(names[0]!)!, sizes.get(layer.name)!)
      outputs.set(layer.name, this.last)
      previous = layer.name
    }
  }

  private push(
    operator: Step['operator'], name: string, inputs: readonly string[], size: Size, constants: readonly Constant[] = [], options: Options = {}, range?: Step['range']
  ): void {
    this.steps.push({ operator, name, inputs, constants, options, size, ...(range && { range }) })
    this.last = name
  }

  private affine(name: string, input: string, size: Size, scale: ArrayLike<number>, shift: ArrayLike<number>, range?: Range): void {
    const vector = (kind: 'kernel' | 'bias', data: ArrayLike<number>): Constant => ({ kind, shape: [data.length], data: Float32Array.from(data) })
    this.push('affine', name, [input], size, [vector('kernel', scale), vector('bias', shift)], {}, range)
  }

  private reshape(name: string, input: string, size: Size): void {
    const length = size.reduce((product, side) => product * side, 1)
    this.push('reshape', name, [input], [length], [whole([-1, length])], {}, 'same')
  }

  private pad(name: string, input: string, size: Size, sides: readonly [top: number, left: number, bottom: number, right: number], value?: number): Size {
    const [height, width, channels] = size as readonly [number, number, number]
    const [top, left, bottom, right] = sides
    const padded = [height + top + bottom, width + left + right, channels] as const
    const pairs = { ...whole([0, 0, top, bottom, left, right, 0, 0]), shape: [4, 2] }
    if (value === undefined) this.push('pad', name, [input], padded, [pairs], {}, 'same')
    else this.push('padWith', name, [input], padded, [pairs, number(value)], {}, 'same')
    return padded
  }

  /** Padding as this format has it, after zeros (or another number) of its own where it has no such padding. */
  private window(
    name: string, input: string, size: Size, { padding, window, strides }: { padding: 'same' | 'valid' | number, window: readonly [number, number], strides: readonly [number, number] },
    around: { value?: number, exact?: boolean } = {}
  ): { input: string, options: Options } {
    if (padding === 0 || padding === 'valid') return { input, options: { padding: 'valid', window, strides } }
    const sides = sidesOf(padding, size, window, strides)
    // A mean counts zeros that are written, and not those of `same`.
    if (padding === 'same' || !around.exact && sides.join() === sidesOf('same', size, window, strides).join()) return { input, options: { padding: 'same', window, strides } }
    this.pad(`${name}.padded`, input, size, sides, around.value)
    return { input: this.last, options: { padding: 'valid', window, strides } }
  }

  private layer(block: string, layer: Layer, inputs: readonly string[], size: Size, output: Size): void {
    const name = `${block}.${layer.name}`
    const input = inputs[0]!
    const channels = size[size.length - 1]!
    const weight = (kind: string): Float32Array => this.model.weights.get(weightName(block, layer.name, kind))!.data
    const bias = (length: number, present: boolean): Constant => ({ kind: 'bias', shape: [length], data: present ? weight('bias') : new Float32Array(length) })
    switch (layer.kind) {
      case 'convolution': {
        const [height, width] = layer.kernelSize
        const at = this.window(name, input, size, { ...layer, window: layer.kernelSize })
        const data = permuted(weight('kernel'), [height, width, channels, layer.filters], [3, 0, 1, 2])
        const kernel: Constant = { kind: 'kernel', shape: [layer.filters, height, width, channels], data, axis: 0 }
        return this.push('convolution', name, [at.input], output, [kernel, bias(layer.filters, layer.bias)], at.options)
      }
      case 'depthwise-convolution': {
        const at = this.window(name, input, size, { ...layer, window: layer.kernelSize })
        const kernel: Constant = { kind: 'kernel', shape: [1, ...layer.kernelSize, channels], data: weight('depthwiseKernel'), axis: 3 }
        return this.push('depthwise', name, [at.input], output, [kernel, bias(channels, layer.bias)], at.options)
      }
      case 'dense': {
        const kernel: Constant = { kind: 'kernel', shape: [layer.units, channels], data: permuted(weight('kernel'), [channels, layer.units], [1, 0]) }
        return this.push('fullyConnected', name, [input], output, [kernel, bias(layer.units, layer.bias)])
      }
      case 'batch-normalisation': {
        const [gamma, beta, mean, variance] = ['gamma', 'beta', 'movingMean', 'movingVariance'].map(weight) as [Float32Array, Float32Array, Float32Array, Float32Array]
        const scale = gamma.map((factor, at) => factor / Math.sqrt(variance[at]! + layer.epsilon))
        return this.affine(name, input, output, scale, beta.map((shift, at) => shift - mean[at]! * scale[at]!))
      }
      case 'channel-scale': return this.affine(name, input, output, weight('scale'), new Float32Array(channels))
      case 'relu': return this.push('relu', name, [input], output)
      case 'relu6': return this.push('relu6', name, [input], output)
      case 'sigmoid': return this.push('logistic', name, [input], output)
      case 'silu':
        this.push('logistic', `${name}.gate`, [input], output, [], {}, [0, 1])
        return this.push('multiply', name, [input, this.last], output)
      case 'gelu': return this.push('gelu', name, [input], output)
      case 'hard-sigmoid':
        this.push('add', `${name}.shifted`, [input], output, [number(3)], { activation: 'relu6' }, [0, 6])
        return this.push('multiply', name, [this.last], output, [number(1 / 6)], {}, [0, 1])
      case 'hard-swish': return this.push('hardSwish', name, [input], output)
      case 'layer-normalisation': return this.layerNormalisation(name, input, size, layer.epsilon, weight('gamma'), weight('beta'))
      case 'squeeze': return this.push('mean', name, [input], output, [whole([1, 2])], { keepDimensions: true })
      case 'multiply': return this.push('multiply', name, inputs, output)
      case 'max-pooling': {
        const at = this.window(name, input, size, { ...layer, window: layer.size }, { value: -3.4e38 })
        return this.push('maxPool', name, [at.input], output, [], at.options, 'same')
      }
      case 'average-pooling': {
        const at = this.window(name, input, size, { ...layer, window: layer.size }, { exact: true })
        return this.push('averagePool', name, [at.input], output, [], at.options, 'same')
      }
      case 'global-average-pooling': return this.push('mean', name, [input], output, [whole([1, 2])])
      case 'flatten': return this.reshape(name, input, size)
      case 'dropout':
        // Nothing is dropped when a model answers.
        this.last = input
        return
      case 'add':
        return inputs.slice(1).forEach((other, index) =>
          this.push('add', index === inputs.length - 2 ? name : `${name}.${index}`, [index === 0 ? input : this.last, other], output))
      case 'padded-shortcut': return this.paddedShortcut(name, layer, input, size, output)
      case 'zero-padding': {
        const [top, bottom, left, right] = layer.sides
        this.pad(name, input, size, [top, left, bottom, right])
        return
      }
      case 'graph':
      case 'tokens':
      case 'positions':
      case 'attention':
      case 'first-token': throw notExportable(name)
    }
  }

  private paddedShortcut(name: string, layer: Extract<Layer, { kind: 'padded-shortcut' }>, input: string, size: Size, output: Size): void {
    const channels = size[2]!
    const before = Math.floor((layer.channels - channels) / 2)
    let from = input
    if (layer.stride > 1) {
      const [height, width] = output as readonly [number, number, number]
      this.push('stridedSlice', `${name}.sampled`, [input], [height, width, channels],
        [whole([0, 0, 0, 0]), whole([0, 0, 0, 0]), whole([1, layer.stride, layer.stride, 1])], {}, 'same')
      from = this.last
    }
    const pairs = { ...whole([0, 0, 0, 0, 0, 0, before, layer.channels - channels - before]), shape: [4, 2] }
    this.push('pad', name, [from], output, [pairs], {}, 'same')
  }

  /** Of each place's channels: (x − mean) / √(variance + ε), then a scale and a shift by channel. */
  private layerNormalisation(name: string, input: string, size: Size, epsilon: number, gamma: Float32Array, beta: Float32Array): void {
    const one: Size = size.length === 3 ? [size[0], size[1], 1] : [1]
    const axis = whole([size.length])
    this.push('mean', `${name}.mean`, [input], one, [axis], { keepDimensions: true })
    this.push('subtract', `${name}.centred`, [input, this.last], size)
    const centred = this.last
    this.push('multiply', `${name}.squared`, [centred, centred], size)
    this.push('mean', `${name}.variance`, [this.last], one, [axis], { keepDimensions: true })
    this.push('add', `${name}.above`, [this.last], one, [number(epsilon)])
    this.push('inverseRoot', `${name}.factor`, [this.last], one)
    this.push('multiply', `${name}.even`, [centred, this.last], size)
    this.affine(name, this.last, size, gamma, beta)
  }
}

const number = (value: number): Constant => ({ kind: 'number', shape: [], data: Float32Array.of(value) })

const notExportable = (layer: string): GraftError => new GraftError('not-exportable', {
  en: `Layer ${layer} belongs to a transformer, or to a graph of another program, which Graft does not write as TensorFlow Lite.`,
  zh: `层 ${layer} 属于 Transformer 或其他程序的计算图，Graft 无法将其写成 TensorFlow Lite。`
}, { remedy: { en: 'Save it as ONNX or safetensors instead.', zh: '请改存为 ONNX 或 safetensors。' } })
