import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-core/dist/register_all_gradients'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import type { Layer, LayerOf, NetworkDefinition } from './definition'
import { foldedConvolutionAt } from './folded-layers'
import { inference, Network } from './network'

beforeAll(() => tf.setBackend('cpu'))

const convolution: LayerOf<'convolution'> = { kind: 'convolution', name: 'convolution', filters: 4, kernelSize: [3, 3], strides: [1, 1], padding: 'same', bias: true }
const depthwise: LayerOf<'depthwise-convolution'> = { kind: 'depthwise-convolution', name: 'depthwise', kernelSize: [3, 3], strides: [1, 1], padding: 1, bias: false }
const normalisation = (name: string): Layer => ({ kind: 'batch-normalisation', name, epsilon: 0.1, momentum: 0.1 })
const ofLayers = (layers: readonly Layer[]): NetworkDefinition => ({
  architecture: 'test', options: {}, input: [6, 6, 3], normalisation: { mean: [0, 0, 0], standardDeviation: [1, 1, 1] }, classes: ['a', 'b'],
  blocks: [{ name: 'block1', title: '', layers: [...layers] }],
  head: { name: 'head', title: '', layers: [{ kind: 'dense', name: 'dense', units: 2, bias: true }] }
})

const definition = ofLayers([
  convolution, normalisation('first'), { kind: 'relu6', name: 'relu6' },
  depthwise, normalisation('second'), { kind: 'relu', name: 'relu' },
  { ...convolution, name: 'last', bias: false }, normalisation('third'), { kind: 'add', name: 'sum', inputs: ['third', 'relu'] },
  { kind: 'flatten', name: 'flatten' }
])

/** Statistics and weights as no fresh network has them. */
function trained(): Network {
  const network = Network.create(definition, 1)
  const random = randomStream(3, 'statistics')
  for (const variable of network.weights.values()) {
    const values = Float32Array.from({ length: variable.size }, () => 0.5 + random.uniform())
    if (!variable.name.includes('ernel')) variable.assign(tf.tensor(values, variable.shape))
  }
  return network
}

const image = (): tf.Tensor4D => tf.tensor4d(Float32Array.from({ length: 2 * 6 * 6 * 3 }, (_, place) => Math.sin(place)), [2, 6, 6, 3])

describe('batch normalisation in the weights before it', () => {
  it('gives what each layer by itself gives, and leaves no tensor', () => {
    const network = trained()
    const x = image()
    const seen: string[] = []
    const before = tf.memory().numTensors
    const folded = tf.tidy(() => network.forward(x, inference))
    const each = tf.tidy(() => network.forward(x, { ...inference, observe: (layer) => { seen.push(layer) } }))
    expect(seen).toContain('block1.first')
    expect(tf.memory().numTensors).toBe(before + 2)
    for (const [place, value] of each.dataSync().entries()) expect(folded.dataSync()[place]).toBeCloseTo(value, 4)
    expect(Math.max(...each.dataSync().map(Math.abs))).toBeGreaterThan(0.1)
  })

  it('lets gradients through to the image and to the weights', () => {
    const network = trained()
    const { value, grads } = tf.variableGrads(() => tf.sum(network.forward(image(), inference)) as tf.Scalar, [...network.trainableOf('block1').values()])
    expect(Number.isFinite(value.dataSync()[0])).toBe(true)
    for (const gradient of Object.values(grads)) expect(gradient.dataSync().some((number) => number !== 0)).toBe(true)
    expect(tf.grad((x) => tf.sum(network.forward(x as tf.Tensor4D, inference)))(image()).dataSync().some((number) => number !== 0)).toBe(true)
  })

  it('reads the statistics of another domain where there are such', () => {
    const network = trained()
    const mean = network.weights.get('block1.first.movingMean')!
    const other = tf.variable(tf.add(mean, 5))
    const statistics = new Map([['block1.first.movingMean', other]])
    const [own, others, each] = [inference, { ...inference, statistics }, { ...inference, statistics, observe: () => undefined }]
      .map((mode) => network.forward(image(), mode).dataSync())
    expect(others![0]).not.toBeCloseTo(own![0]!, 3)
    expect(others![0]).toBeCloseTo(each![0]!, 4)
  })

  it('is not done where another layer reads what lies between', () => {
    const at = (layers: readonly Layer[]) => foldedConvolutionAt(ofLayers(layers).blocks[0]!, 0)
    const relu: Layer = { kind: 'relu', name: 'relu' }
    expect(at([convolution, normalisation('first'), relu])).toMatchObject({ activation: 'relu', length: 3 })
    expect(at([convolution, normalisation('first'), { kind: 'silu', name: 'silu' }])).toMatchObject({ activation: 'none', length: 2 })
    expect(at([convolution, normalisation('first')])).toMatchObject({ activation: 'none', length: 2 })
    expect(at([convolution, relu])).toBeUndefined()
    const sum = (name: string): Layer => ({ kind: 'add', name: 'sum', inputs: ['relu', name] })
    expect(at([convolution, normalisation('first'), relu, sum('convolution')])).toBeUndefined()
    expect(at([convolution, normalisation('first'), relu, sum('first')])).toMatchObject({ activation: 'none', length: 2 })
    expect(at([convolution, { ...normalisation('first'), inputs: ['input'] }])).toBeUndefined()
  })
})
