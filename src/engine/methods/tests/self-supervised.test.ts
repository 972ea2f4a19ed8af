import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import { crossEntropy } from '../../maths/cross-entropy'
import { inference, Network } from '../../network/network'
import { randomStream } from '../../random'
import type { Batch } from '../../batches/batch-stream'
import { gradientStage, someImages, startPosition, testContext, tinyDefinition } from './testing'
import { maskedImage, patchMask } from '../masked-image'
import { rotation } from '../rotation'
import { changeView, randomPart, simclr } from '../simclr'

beforeAll(() => tf.setBackend('cpu'))

const unlabelled = (inputs: tf.Tensor4D): { 'target-unlabelled': Batch } =>
  ({ 'target-unlabelled': { inputs, positions: Int32Array.from({ length: inputs.shape[0] }, (_, index) => index) } })
const number = (tensor: tf.Tensor) => tensor.dataSync()[0]!

describe.each([['rotation', rotation], ['simclr', simclr], ['masked-image', maskedImage]] as const)('%s', (_, method) => {
  const create = method.create as (context: ReturnType<typeof testContext>, parameters: object) => ReturnType<typeof rotation.create>
  const made = (parameters: object = {}, context = testContext()) => create(context, { ...defaultsOf(method.parameters), ...parameters })

  it('looks at unlabelled images first and at labels last', () => {
    const stages = made().stages.map(gradientStage)
    expect(stages.map(({ streams }) => streams)).toEqual([['target-unlabelled'], ['target']])
    expect(stages[0]).toMatchObject({ pretext: true, epochs: 20 })
    expect(stages[1]!.pretext).toBeUndefined()
  })

  it('leaves the pre-training out as a control, and fine-tunes instead of probing where asked', () => {
    expect(made({ pretextEpochs: 0 }).stages).toHaveLength(1)
    const groups = (then: string) => gradientStage(made({ then }).stages[1]).groups(0).map(({ name }) => name)
    expect(groups('probe')).toEqual(['head'])
    expect(groups('fine-tuning')).toEqual(['block1', 'features', 'head'])
  })

  it('probes what the last convolution gives: the blocks after it go with the task', () => {
    const run = made()
    expect(run.network.blockNames).toEqual(['block1', 'features'])
    // 4×4 pixels in 3 channels
    expect(run.network.featureLength).toBe(48)
    const trained = gradientStage(run.stages[0]).groups(0).flatMap(({ variables }) => [...variables.keys()])
    expect(trained).toContain('rest/block2.dense.kernel')
  })

  it('keeps the whole network where its last block is named', () => {
    const source = Network.create(tinyDefinition(), 9)
    const run = made({ lastBlock: ['block2'] }, testContext({ source }))
    expect(run.network.blockNames).toEqual(['block1', 'block2'])
    expect([...gradientStage(run.stages[0]).state!().keys()].filter((name) => name.startsWith('rest/'))).toEqual([])
  })

  it('solves the task through the blocks that go with it', () => {
    const stage = gradientStage(made().stages[0])
    const images = someImages('rest', 4)
    const loss = () => number(stage.step(unlabelled(tf.concat([images, tf.reverse(images, 1)])), startPosition).losses.total)
    const before = loss()
    const kernel = stage.state!().get('rest/block2.dense.kernel')!
    kernel.assign(tf.mul(kernel, tf.randomUniform(kernel.shape, -3, 3, 'float32', 1)))
    expect(loss()).not.toBeCloseTo(before, 4)
  })

  it('starts from the weights of a source that has some', () => {
    const source = Network.create(tinyDefinition(['x', 'y', 'z']), 9)
    const { network } = made({}, testContext({ source }))
    expect(network.weights.get('block1.convolution.kernel')!.dataSync()).toEqual(source.weights.get('block1.convolution.kernel')!.dataSync())
    expect(network.definition.classes).toEqual(['a', 'b'])
  })

  it('keeps what the task learns in checkpoints, and frees it', () => {
    const before = tf.memory().numTensors
    const run = made()
    const stage = gradientStage(run.stages[0])
    const trained = stage.groups(0).flatMap(({ variables }) => [...variables.keys()])
    for (const name of stage.state!().keys()) expect(trained).toContain(name)
    expect(trained.some((name) => name.startsWith('head'))).toBe(false)
    run.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('rotation', () => {
  it('asks for the turn of all four turns of each image', () => {
    const run = rotation.create(testContext(), { ...defaultsOf(rotation.parameters) })
    const stage = gradientStage(run.stages[0])
    const [kernel, bias] = ['kernel', 'bias'].map((part) => stage.state!().get(`rotation-head/head.dense.${part}`)!) as [tf.Variable, tf.Variable]
    // A head that always says "turned twice" with e² against 1: right for a quarter of the images.
    kernel.assign(tf.zerosLike(kernel))
    bias.assign(tf.tensor1d([0, 0, 2, 0]))
    const { losses } = stage.step(unlabelled(someImages('turn', 3)), startPosition)
    // mean over the turns: ln(3 + e²) − (0 + 0 + 2 + 0) / 4
    expect(number(losses.total)).toBeCloseTo(Math.log(3 + Math.E ** 2) - 0.5, 5)
  })
})

describe('simclr', () => {
  it('pairs the first view of an image with its second', () => {
    const stage = gradientStage(simclr.create(testContext(), { ...defaultsOf(simclr.parameters), temperature: 0.1 }).stages[0])
    const images = someImages('pair', 4)
    const loss = (second: tf.Tensor4D) => number(stage.step(unlabelled(tf.concat([images, second])), startPosition).losses.total)
    expect(loss(images)).toBeLessThan(loss(tf.reverse(images, 0)))
  })

  it('takes two views, and says so to the batches', () => {
    const stage = gradientStage(simclr.create(testContext(), { ...defaultsOf(simclr.parameters) }).stages[0])
    expect(stage.views).toEqual({ 'target-unlabelled': 2 })
    expect(stage.wholeBatches).toBe(true)
  })

  it('changes a view, the same one for the same numbers and for every channel count', () => {
    for (const channels of [1, 3] as const) {
      const view = (key: number) => {
        const image = Uint8Array.from({ length: 64 * channels }, (_, index) => index * 37 % 256)
        changeView(image, [8, 8, channels], randomStream('view', key), { smallestCrop: 0.2, colour: 0.5, flips: true })
        return Array.from(image)
      }
      expect(view(1)).toEqual(view(1))
      expect(view(1)).not.toEqual(view(2))
    }
  })

  it('leaves an image alone where nothing may change', () => {
    const image = Uint8Array.from({ length: 64 }, (_, index) => index)
    changeView(image, [8, 8, 1], randomStream('still', 1), { smallestCrop: 1, colour: 0, flips: false })
    // All of the area, in the only ratio that fits: itself.
    expect(Array.from(image)).toEqual(Array.from({ length: 64 }, (_, index) => index))
  })

  it('crops parts that lie inside, of at least the smallest area', () => {
    for (let draw = 0; draw < 200; draw++) {
      const [top, left, height, width] = randomPart([32, 32, 3], randomStream('part', draw), 0.25)
      expect(Math.min(top, left)).toBeGreaterThanOrEqual(0)
      expect(Math.max(top + height, left + width)).toBeLessThanOrEqual(32)
      // Sides are rounded to whole pixels.
      expect((height + 0.5) * (width + 0.5)).toBeGreaterThan(0.25 * 1024)
    }
  })
})

describe('masked images', () => {
  const options = { share: 0.5, grid: 2, key: [1, 0, 0] }

  it('hides whole patches, as many of every image', () => {
    const mask = patchMask([4, 7, 9], [4, 4], options)
    // 2 of 4 patches of 2×2 pixels
    expect(Array.from(tf.sum(mask, [1, 2, 3]).dataSync())).toEqual([8, 8, 8])
    const patches = tf.avgPool(mask, 2, 2, 'valid').dataSync()
    expect(Array.from(patches).every((share) => share === 0 || share === 1)).toBe(true)
  })

  it('hides the same patches of an image whatever batch it is in, and others in another step', () => {
    const alone = patchMask([7], [8, 8], { ...options, grid: 8 }).dataSync()
    expect(tf.slice(patchMask([3, 7], [8, 8], { ...options, grid: 8 }), 1).dataSync()).toEqual(alone)
    expect(patchMask([7], [8, 8], { ...options, grid: 8, key: [1, 0, 1] }).dataSync()).not.toEqual(alone)
  })

  it('never shows the network what it has to reconstruct', () => {
    const parameters = { ...defaultsOf(maskedImage.parameters), grid: 2 }
    const stage = gradientStage(maskedImage.create(testContext(), parameters).stages[0])
    const [kernel, bias] = ['kernel', 'bias'].map((part) => stage.state!().get(`decoder/head.dense.${part}`)!) as [tf.Variable, tf.Variable]
    kernel.assign(tf.mul(kernel, 10))
    const images = someImages('hidden', 2)
    const mask = patchMask([0, 1], [4, 4], { share: parameters.share, grid: 2, key: [1, 0, 0] })
    const loss = (changed: tf.Tensor4D) => number(stage.step(unlabelled(changed), startPosition).losses.total)
    // Hidden pixels 10 higher than all that can be predicted: every absolute difference grows by what was added.
    bias.assign(tf.fill(bias.shape, -100))
    expect(loss(tf.add(images, tf.mul(mask, 10)))).toBeCloseTo(loss(images) + 10, 3)
  })
})

describe('a probe after the pre-training', () => {
  it('is the cross-entropy of the head on the features as they are', () => {
    const run = rotation.create(testContext(), { ...defaultsOf(rotation.parameters) })
    const inputs = someImages('probe', 3)
    const labels = tf.tensor1d([0, 1, 1], 'int32')
    const stage = gradientStage(run.stages[1])
    expect(stage.featuresOf).toBe(run.network)
    const { losses } = stage.step({ target: { inputs: run.network.features(inputs, inference), labels, positions: Int32Array.of(0, 1, 2) } }, startPosition)
    expect(number(losses.total)).toBeCloseTo(number(crossEntropy(run.network.forward(inputs, inference), labels)), 6)
  })
})
