import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { aDistance } from '../../src/engine/examination/a-distance'
import { estimateShares } from '../../src/engine/examination/label-shift'
import { coral, coralOfPairs } from '../../src/engine/maths/coral'
import { mmd } from '../../src/engine/maths/mmd'
import { integers, relativeError, uniform } from './numbers'

beforeAll(() => tf.setBackend('cpu'))

const figures = z.object({
  distances: z.record(z.string(), z.object({ sources: z.int(), targets: z.int(), length: z.int(), shift: z.number(), mmd: z.number(), coral: z.number() })),
  shares: z.record(z.string(), z.object({
    sources: z.int(), targets: z.int(), classes: z.int(), wrong: z.int(), shares: z.array(z.number()), true: z.array(z.number())
  }))
}).parse(JSON.parse(readFileSync(join(__dirname, 'xray.json'), 'utf8')))

describe.each(Object.entries(figures.distances))('of the same features, %s', (name, { sources, targets, length, shift, ...expected }) => {
  it('MMD and CORAL are what NumPy says', () => {
    const source = tf.tensor2d(Float32Array.from(uniform(`${name} source`, sources * length)), [sources, length])
    const target = tf.tensor2d(Float32Array.from(uniform(`${name} target`, targets * length), (value) => (1 + shift) * value + shift), [targets, length])
    expect(Math.abs(mmd(source, target).dataSync()[0]! - expected.mmd)).toBeLessThan(2e-5)
    expect(relativeError([coral(source, target).dataSync()[0]!], [expected.coral])).toBeLessThan(1e-4)
    expect(relativeError([coralOfPairs(source, target).dataSync()[0]!], [expected.coral])).toBeLessThan(1e-4)
  })
})

describe.each(Object.entries(figures.shares))('of the same answers, %s', (name, { sources, targets, classes, wrong, shares, true: truth }) => {
  it('the shares of the classes are what NumPy says, and near the truth', () => {
    const said = (label: string, given: Int32Array): Int32Array => {
      const moved = integers(label, wrong, given.length)
      return given.map((each, image) => moved[image] === 0 ? (each + 1) % classes : each)
    }
    const own = integers(`${name} truth`, classes, sources)
    const rarer = integers(`${name} rarer`, 2, targets)
    const theirs = integers(`${name} target`, classes, targets).map((label, image) => label * rarer[image]!)
    const found = estimateShares({ source: said(`${name} said`, own), target: said(`${name} target said`, theirs) }, own, classes)!
    expect(relativeError(found, shares)).toBeLessThan(1e-9)
    found.forEach((share, label) => expect(Math.abs(share - truth[label]!)).toBeLessThan(0.08))
  })
})

it('a classifier that says one class for all tells no shares', () => {
  expect(estimateShares({ source: Int32Array.of(0, 0, 0, 0), target: Int32Array.of(0, 0) }, Int32Array.of(0, 1, 0, 1), 2)).toBeUndefined()
})

it('the proxy A-distance is 0 by chance, 2 where the two are always told apart, 1.2 at an error of 0.2', () => {
  // 2 · (1 − 2 · 0.2) = 1.2; worse than chance is no distance.
  expect([0.5, 1, 0.8, 0.3].map((accuracy) => Number(aDistance(accuracy).toFixed(10)))).toEqual([0, 2, 1.2, 0])
})
