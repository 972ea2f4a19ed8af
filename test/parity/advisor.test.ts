import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { scores } from '../../src/engine/advisor/scores'
import type { Sample } from '../../src/engine/advisor/scores/score'
import { integers, uniform } from './numbers'

const figures = z.record(z.string(), z.object({
  count: z.int(), length: z.int(), classes: z.int(), sourceClasses: z.int(), scores: z.record(z.string(), z.number().nullable())
})).parse(JSON.parse(readFileSync(join(__dirname, 'advisor.json'), 'utf8')))

/** The same as in scripts/parity/advisor.py. */
function sampleOf(name: string, { count, length, classes, sourceClasses }: (typeof figures)[string]): Sample {
  const labels = Int32Array.from(integers(`${name} labels`, classes, count))
  const [centres, leanings] = [uniform(`${name} centres`, classes * length), uniform(`${name} leanings`, classes * sourceClasses)]
  const features = Float64Array.from(uniform(`${name} values`, count * length), (value, index) =>
    2 * value + centres[labels[Math.floor(index / length)]! * length + index % length]! + 0.25)
  const outputs = Float64Array.from(uniform(`${name} outputs`, count * sourceClasses), (value, index) =>
    Math.exp(3 * value + 2 * leanings[labels[Math.floor(index / sourceClasses)]! * sourceClasses + index % sourceClasses]!))
  for (let start = 0; start < outputs.length; start += sourceClasses) {
    const row = outputs.subarray(start, start + sourceClasses)
    const sum = row.reduce((total, value) => total + value, 0)
    row.forEach((value, index) => { row[index] = value / sum })
  }
  return { features, length, labels, classes, outputs, outputClasses: sourceClasses }
}

describe.each(Object.entries(figures))('on the same features, %s', (name, figure) => {
  it.each(scores)('$id is what the released code says, within 1e-6', ({ id, compute }) => {
    const expected = figure.scores[id]
    expect(expected, `no figure for ${id}: add it to scripts/parity/advisor.py`).not.toBeUndefined()
    const value = compute(sampleOf(name, figure))
    if (expected === null) expect(value).toBeUndefined()
    else expect(Math.abs(value! - expected!)).toBeLessThan(1e-6)
  })
})

it('says nothing of a head where the source has none', () => {
  const { outputs: _, outputClasses: __, ...sample } = sampleOf('many', figures.many!)
  const silent = scores.filter(({ compute }) => compute(sample) === undefined).map(({ id }) => id)
  expect(silent).toEqual(['leep', 'nce'])
})
