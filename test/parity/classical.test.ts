import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Scorer } from '../../src/engine/classifiers/classifier'
import type { Examples } from '../../src/engine/features/examples'
import { standardisationOf, standardise } from '../../src/engine/features/collect'
import { kNearest } from '../../src/engine/classifiers/k-nearest'
import { fitLogisticRegression } from '../../src/engine/classifiers/logistic-regression'
import { fitRandomForest } from '../../src/engine/classifiers/random-forest'
import { Libsvm } from '../../src/engine/classifiers/libsvm'
import { fitSvm } from '../../src/engine/classifiers/svm'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { integers, uniform } from './numbers'

const table = z.array(z.array(z.number()))
const machine = z.object({ decisions: table, predicted: z.array(z.int()) })
const figures = z.looseObject({ standardised: table, 'random-forest accuracy': z.number() })
  .parse(JSON.parse(readFileSync(join(__dirname, 'classical.json'), 'utf8')))

const [classes, length] = [4, 6]
/** The same as in scripts/parity/classical.py. */
function examples(name: string, count: number): Examples {
  const labels = integers(`${name} labels`, classes, count)
  const [noise, centres] = [uniform(`${name} values`, count * length), uniform('centres', classes * length)]
  const values = Float32Array.from(noise, (value, index) =>
    2 * value + 1.5 * centres[labels[Math.floor(index / length)]! * length + index % length]!)
  return { values, length, labels, classes }
}
const train = examples('train', 160)
const test = examples('test', 80)
const scaling = standardisationOf(train)
standardise(train, scaling)
standardise(test, scaling)
const hooks = { signal: new AbortController().signal, onProgress: () => undefined }

beforeAll(async () => { await openBackend('cpu', { cacheDir: defaultCacheDir() }) })

function answers(scorer: Scorer, { values, labels }: Examples): { probabilities: number[][], predicted: number[] } {
  const result = tf.tidy(() => {
    const logits = scorer.logits(tf.tensor2d(values, [labels.length, length]))
    return { probabilities: tf.softmax(logits).arraySync() as number[][], predicted: Array.from(tf.argMax(logits, 1).dataSync()) }
  })
  scorer.dispose()
  return result
}
const close = (actual: number[][], expected: number[][], digits: number) => {
  expect(actual).toHaveLength(expected.length)
  actual.forEach((row, index) => row.forEach((value, column) => expect(value).toBeCloseTo(expected[index]![column]!, digits)))
}

describe('scikit-learn', () => {
  it('standardises as Graft does', () => {
    close([0, 1].map((row) => Array.from(test.values.subarray(row * length, (row + 1) * length))), figures.standardised, 4)
  })

  it.each([0.1, 1, 100])('fits the same logistic regression at C = %d', async (cost) => {
    const before = tf.memory().numTensors
    const { probabilities } = answers(await fitLogisticRegression(train, { cost, iterations: 1000 }, hooks), test)
    close(probabilities, table.parse(figures[`logistic-regression ${cost}`]), cost === 100 ? 2 : 3)
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each(['uniform', 'distance'] as const)('finds the same %s neighbours', (weights) => {
    const before = tf.memory().numTensors
    const { probabilities } = answers(kNearest(train, { k: 7, weights }), test)
    // One vote more, a quarter for each class: p · 8 / 7 − 1 / 28.
    close(probabilities.map((row) => row.map((share) => share * 8 / 7 - 1 / 28)), table.parse(figures[`k-nearest ${weights}`]), 4)
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each([['rbf', 1], ['rbf', 10], ['linear', 0.5]] as const)('solves the same %s machines at C = %d', async (kernel, cost) => {
    const wanted = machine.parse(figures[`svm ${kernel} ${cost}`])
    const variance = train.values.reduce((sum, value) => sum + value * value, 0) / train.values.length
    const row = (from: Examples, index: number) => from.values.subarray(index * length, (index + 1) * length)
    const similarity = (first: Float32Array, second: Float32Array) => kernel === 'linear'
      ? first.reduce((sum, value, index) => sum + value * second[index]!, 0)
      : Math.exp(-first.reduce((sum, value, index) => sum + (value - second[index]!) ** 2, 0) / (length * variance))
    const pairs = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]] as const
    const libsvm = new Libsvm(hooks.signal)
    for (const [place, [first, second]] of pairs.entries()) {
      const members = [...train.labels.keys()].filter((index) => [first, second].includes(train.labels[index]! as 0))
      const sides = Int8Array.from(members, (index) => train.labels[index] === first ? 1 : -1)
      const matrix = Float32Array.from(members.flatMap((one, at) => [at + 1, ...members.map((other) => similarity(row(train, one), row(train, other)))]))
      const { coefficients, offset } = await libsvm.solve({ matrix, sides, cost, tolerance: 1e-6 })
      for (const [index, decisions] of wanted.decisions.entries()) {
        const decision = members.reduce((sum, member, at) => sum + coefficients[at]! * similarity(row(train, member), row(test, index)), -offset)
        expect(decision).toBeCloseTo(decisions[place]!, 3)
      }
    }
    await libsvm.close()
  })

  it.each([['rbf', 1], ['rbf', 10], ['linear', 0.5]] as const)('predicts nearly always as the %s machines at C = %d do', async (kernel, cost) => {
    const before = tf.memory().numTensors
    const { predicted } = answers(await fitSvm(train, { kernel, cost, gamma: 0, seed: 1 }, hooks), test)
    const wanted = machine.parse(figures[`svm ${kernel} ${cost}`]).predicted
    // Votes decide there, coupled probabilities here.
    expect(predicted.filter((label, index) => label === wanted[index]).length).toBeGreaterThanOrEqual(74)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('grows a forest that is right as often', async () => {
    const more = examples('forest', 2000)
    standardise(more, scaling)
    const options = { trees: 100, features: 0, depth: 0, leaf: 1, seed: 1 }
    const { predicted } = answers(await fitRandomForest(train, options, hooks), more)
    const accuracy = predicted.filter((label, index) => label === more.labels[index]).length / 2000
    expect(Math.abs(accuracy - figures['random-forest accuracy'])).toBeLessThan(0.02)
  })
})
