import { GraftError } from '../../../contract/errors'
import { bytesOf } from '../../safetensors/bytes'
import type { StoredNetwork } from '../shared/stored-network'
import type { Quantisation, TfliteModel, TfliteOperator, TfliteTensor } from './messages'
import type { Constant, Range, Step } from './step'
import { imagesName, stepsOf } from './steps'

const logitsName = 'logits'

/** Tensors and operators as they are added, by name. */
class Graph {
  readonly tensors: TfliteTensor[] = []
  readonly operators: TfliteOperator[] = []
  private readonly places = new Map<string, number>()

  add(tensor: TfliteTensor): number {
    this.places.set(tensor.name, this.tensors.push(tensor) - 1)
    return this.tensors.length - 1
  }

  of(name: string): number {
    return this.places.get(name)!
  }

  step(step: Pick<Step, 'operator' | 'options'>, inputs: readonly number[], output: TfliteTensor): void {
    if (step.operator === 'affine') throw new TypeError('a scale and a shift are no operator of this format')
    this.operators.push({ operator: step.operator, inputs, output: this.add(output), options: step.options })
  }

  model(metadata: Readonly<Record<string, string>>, description: string): TfliteModel {
    return {
      tensors: this.tensors, operators: this.operators, input: this.of(imagesName), output: this.of(logitsName), description, metadata
    }
  }
}

const constantName = (step: Step, at: number): string => `${step.name}/${step.constants[at]!.kind}${at}`
const outputName = (step: Step, last: boolean): string => last ? logitsName : step.name

/** A network as TensorFlow Lite computes it with 32-bit numbers: images [batch, height, width, channels] of 0 to 255 → logits. */
export function floatModel(network: StoredNetwork, metadata: Readonly<Record<string, string>>, description: string): TfliteModel {
  const graph = new Graph()
  graph.add({ name: imagesName, shape: network.definition.input, type: 'float32' })
  const steps = stepsOf(network)
  steps.forEach((step, at) => {
    const constants = step.constants.map((constant, index) => graph.add({
      name: constantName(step, index), shape: constant.shape, data: bytesOf(constant.data), type: constant.data instanceof Int32Array ? 'int32' : 'float32'
    }))
    graph.step(step, [...step.inputs.map((name) => graph.of(name)), ...constants], {
      name: outputName(step, at === steps.length - 1), shape: step.size, type: 'float32'
    })
  })
  return graph.model(metadata, description)
}

/**
 * The same with 8-bit numbers, as TensorFlow Lite's own converter makes them after training (Jacob et al. 2018, arXiv:1712.05877):
 * kernels symmetric, with a scale for each output channel (for a dense layer one), values with a scale and a zero, biases as 32-bit numbers.
 * Images go in as bytes; logits come out as 32-bit numbers.
 * @param ranges what each layer's output ran between on training images, by `<block>.<layer>`
 * @throws GraftError `not-exportable` for layers whose numbers spread too far for eight bits
 */
export function int8Model(
  network: StoredNetwork, ranges: ReadonlyMap<string, Range>, metadata: Readonly<Record<string, string>>, description: string
): TfliteModel {
  const graph = new Graph()
  const [whole, pixels] = [{ scale: [1], zeroPoint: [0] }, { scale: [1], zeroPoint: [-128] }]
  graph.add({ name: imagesName, shape: network.definition.input, type: 'uint8', quantisation: whole })
  graph.step({ operator: 'quantize', options: {} }, [graph.of(imagesName)], { name: 'pixels', shape: network.definition.input, type: 'int8', quantisation: pixels })
  const found = new Map<string, Quantisation>([[imagesName, pixels]])
  const known = new Map<string, Range>([[imagesName, [0, 255]]])
  const steps = stepsOf(network)
  const normalising = steps.find(({ operator }) => operator === 'inverseRoot')
  if (normalising) throw tooWide(normalising.name)
  for (const step of steps) {
    const input = step.inputs[0]!
    const range = rangeOf(step, known, ranges)
    const quantisation = step.range === 'same' ? found.get(input)! : step.operator === 'logistic' ? { scale: [1 / 256], zeroPoint: [-128] } : asymmetric(range)
    known.set(step.name, range)
    found.set(step.name, quantisation)
    const constants = quantised(step, found.get(input)!).map((tensor) => graph.add(tensor))
    graph.step(step, [...step.inputs.map((name) => graph.of(name === imagesName ? 'pixels' : name)), ...constants], {
      name: step.name, shape: step.size, type: 'int8', quantisation
    })
  }
  const last = steps.at(-1)!
  graph.step({ operator: 'dequantize', options: {} }, [graph.of(last.name)], { name: logitsName, shape: last.size, type: 'float32' })
  return graph.model(metadata, description)
}

function rangeOf(step: Step, known: ReadonlyMap<string, Range>, ranges: ReadonlyMap<string, Range>): Range {
  if (step.range === 'same') return known.get(step.inputs[0]!)!
  if (step.range) return step.range
  const observed = ranges.get(step.observed ?? step.name)
  if (observed) return observed
  // A sum on its way to a longer one.
  if (step.operator === 'add') return [0, 1].map((end) => step.inputs.reduce((sum, name) => sum + known.get(name)![end]!, 0)) as unknown as Range
  throw new RangeError(`nothing was observed of ${step.name}`)
}

/** 256 steps between the ends, one of them exactly zero. */
function asymmetric([low, high]: Range): Quantisation {
  const [least, most] = [Math.min(low, 0), Math.max(high, 0)]
  const scale = most > least ? (most - least) / 255 : 1
  return { scale: [scale], zeroPoint: [Math.max(-128, Math.min(127, Math.round(-128 - least / scale)))] }
}

/** A step's numbers as this form has them: a kernel's scales, and its bias in units of input times kernel. */
function quantised(step: Step, input: Quantisation): TfliteTensor[] {
  const bias = step.constants.find(({ kind }) => kind === 'bias')
  let scales: number[] = []
  return step.constants.map((constant, at) => {
    const common = { name: constantName(step, at), shape: constant.shape }
    switch (constant.kind) {
      case 'whole': return { ...common, type: 'int32', data: bytesOf(constant.data) }
      case 'kernel': {
        scales = kernelScales(constant, input.scale[0]!, bias)
        const channelOf = channelsOf(constant, scales.length)
        const data = Int8Array.from(constant.data, (value, index) => clipped(value / scales[channelOf(index)]!))
        return { ...common, type: 'int8', data: bytesOf(data), quantisation: { scale: scales, zeroPoint: scales.map(() => 0), axis: constant.axis } }
      }
      case 'bias': {
        const unit = (index: number): number => input.scale[0]! * scales[scales.length === 1 ? 0 : index]!
        const data = Int32Array.from(constant.data, (value, index) => Math.round(value / unit(index)))
        return { ...common, type: 'int32', data: bytesOf(data), quantisation: { scale: scales.map((scale) => input.scale[0]! * scale), zeroPoint: scales.map(() => 0), axis: 0 } }
      }
      case 'number': {
        // What is beyond all images (padding before a maximum) is the least that there is.
        const [value] = constant.data as Float32Array
        if (step.operator === 'padWith') return { ...common, type: 'int8', data: bytesOf(Int8Array.of(-128)), quantisation: input }
        return { ...common, type: 'int8', data: bytesOf(Int8Array.of(Math.sign(value!) * 127)), quantisation: { scale: [Math.abs(value!) / 127], zeroPoint: [0] } }
      }
    }
  })
}

const clipped = (value: number): number => Math.max(-127, Math.min(127, Math.round(value)))

/** Which scale a number of a kernel has. */
function channelsOf({ axis, data }: Constant, channels: number): (index: number) => number {
  if (axis === undefined) return () => 0
  if (axis !== 0) return (index) => index % channels
  const inner = data.length / channels
  return (index) => Math.floor(index / inner)
}

/** The largest number of each output channel is 127. A channel that has almost none gets a scale in which its bias still fits 32 bits. */
function kernelScales(kernel: Constant, input: number, bias: Constant | undefined): number[] {
  const channels = kernel.axis === undefined ? 1 : kernel.shape[kernel.axis]!
  const largest = new Float64Array(channels)
  const channelOf = channelsOf(kernel, channels)
  kernel.data.forEach((value, index) => { largest[channelOf(index)] = Math.max(largest[channelOf(index)]!, Math.abs(value)) })
  const biases = new Float64Array(channels)
  bias?.data.forEach((value, index) => { biases[channels === 1 ? 0 : index] = Math.max(biases[channels === 1 ? 0 : index]!, Math.abs(value)) })
  return Array.from(largest, (most, channel) => Math.max(most / 127, biases[channel]! / (input * 2 ** 30), 1e-20))
}

const tooWide = (layer: string): GraftError => new GraftError('not-exportable', {
  en: `Layer ${layer} belongs to a layer normalisation, whose numbers spread too far for eight bits.`, zh: `层 ${layer} 属于层归一化，其数值范围过大，无法用 8 位表示。`
}, { remedy: { en: 'Save it as TFLite with 32-bit numbers instead.', zh: '请改存为 32 位的 TFLite。' } })
