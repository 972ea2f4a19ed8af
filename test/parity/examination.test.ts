import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { findLabelIssues } from '../../src/engine/examination/label-issues'
import { neighbourDistances, outliersOf } from '../../src/engine/examination/outliers'
import { integers, relativeError, uniform } from './numbers'

beforeAll(() => tf.setBackend('cpu'))

const figures = z.object({
  labels: z.record(z.string(), z.object({ count: z.int(), classes: z.int(), wrong: z.int(), doubt: z.number(), found: z.array(z.int()) })),
  outliers: z.record(z.string(), z.object({ count: z.int(), length: z.int(), far: z.int(), distances: z.array(z.number()), found: z.array(z.int()) }))
}).parse(JSON.parse(readFileSync(join(__dirname, 'examination.json'), 'utf8')))

describe('of the same probabilities', () => {
  it.each(Object.entries(figures.labels))('the same labels are likely wrong as cleanlab finds, in its order: %s', (name, { count, classes, wrong, doubt, found }) => {
    const truth = integers(`${name} truth`, classes, count)
    const moved = integers(`${name} wrong`, wrong, count)
    const labels = Int32Array.from(truth, (label, image) => moved[image] === 0 ? (label + 1) % classes : label)
    const probabilities = uniform(`${name} outputs`, count * classes)
      .map((value, index) => Math.exp(doubt * value + (index % classes === truth[Math.floor(index / classes)] ? 2.5 : 0)))
    for (let start = 0; start < probabilities.length; start += classes) {
      const row = probabilities.subarray(start, start + classes)
      const sum = row.reduce((total, value) => total + value, 0)
      row.forEach((value, index) => { row[index] = value / sum })
    }
    expect(findLabelIssues(labels, probabilities, classes).map(({ image }) => image)).toEqual(found)
  })
})

describe('of the same features', () => {
  it.each(Object.entries(figures.outliers))('the same pictures lie far off as scikit-learn and cleanlab find: %s', async (name, { count, length, far, distances, found }) => {
    const [centre, off] = [uniform(`${name} centre`, length), integers(`${name} far`, far, count)]
    const features = Float32Array.from(uniform(`${name} values`, count * length), (value, index) =>
      (off[Math.floor(index / length)] === 0 ? -1 : 1) * (0.3 * value + centre[index % length]!))
    const measured = await neighbourDistances(features, length, new AbortController().signal)
    expect(relativeError(measured, distances)).toBeLessThan(1e-4)
    expect(outliersOf(measured)).toEqual(found)
  })
})
