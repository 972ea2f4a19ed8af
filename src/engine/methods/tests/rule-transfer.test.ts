import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultsOf } from '../../../contract/parameters'
import { testContext } from './testing'
import { ruleTransfer, transformOf } from '../rule-transfer'

beforeAll(() => tf.setBackend('cpu'))

const key = (positions: number[], epoch = 0) => ({ seed: 3, stream: 'source', epoch, positions })
const colours = (count: number) => Uint8Array.from({ length: count * 12 }, (_, index) => (index * 37) % 256)
const pixelsOf = (images: Uint8Array, image: number) => Array.from(images.subarray(image * 12, (image + 1) * 12))

describe('rule transfer', () => {
  it('changes about the share of the images that was asked for, each in its own way', () => {
    const images = colours(200)
    const positions = Array.from({ length: 200 }, (_, index) => index)
    transformOf('inversion', 0.25, 0)(images, [2, 2, 3], key(positions))
    const changed = positions.filter((image) => pixelsOf(images, image).join() !== pixelsOf(colours(200), image).join())
    // 200 draws at 0.25: 50, give or take 3 · √(200 · 0.25 · 0.75) = 18.
    expect(changed.length).toBeGreaterThan(32)
    expect(changed.length).toBeLessThan(68)
  })

  it('permutes an image\'s channels alike in every pixel, and anew each epoch', () => {
    const orders = new Set<string>()
    for (let epoch = 0; epoch < 40; epoch++) {
      const images = colours(1)
      transformOf('channel-permutation', 1, 0)(images, [2, 2, 3], key([7], epoch))
      const order = [0, 1, 2].map((channel) => pixelsOf(colours(1), 0).slice(0, 3).indexOf(images[channel]!))
      const expected = [0, 1, 2, 3].flatMap((pixel) => order.map((channel) => colours(1)[pixel * 3 + channel]!))
      expect(Array.from(images)).toEqual(expected)
      orders.add(order.join())
    }
    expect(orders.size).toBe(6)
  })

  it.each(['inversion', 'rotation'] as const)('knows %s for grey images', (rule) => {
    const images = Uint8Array.from({ length: 32 }, (_, index) => index * 8)
    const before = images.slice()
    transformOf(rule, 1, 30)(images, [4, 4, 1], key([0, 1]))
    expect(images).not.toEqual(before)
  })

  it('needs colour for just the rules that change nothing in grey images', () => {
    const without = ruleTransfer.parameters.rule.options.map(({ value }) => value).filter((rule) => {
      const images = Uint8Array.from({ length: 32 }, (_, index) => index * 8)
      transformOf(rule, 1, 30)(images, [4, 4, 1], key([0, 1]))
      return images.every((value, index) => value === index * 8)
    })
    expect(without).toEqual(ruleTransfer.needs.colour!.in)
  })

  it('gives the source a head of its own where its classes are others', () => {
    const context = testContext({ sourceData: { shape: [4, 4, 1], classes: ['x', 'y', 'z'], splits: {} } })
    const run = ruleTransfer.create(context, { ...defaultsOf(ruleTransfer.parameters), rule: 'inversion' })
    const [first, second] = run.stages.map((stage) => stage.kind === 'gradient' ? stage : undefined)
    expect(first!.groups(0).map(({ name }) => name)).toEqual(['block1', 'block2', 'source-head'])
    expect([...first!.state!().values()].map(({ shape }) => shape)).toEqual([[5, 3], [3]])
    expect(second!.groups(0).map(({ name }) => name)).toEqual(['block1', 'block2', 'head'])
    run.dispose()
  })
})
