import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { calibrationError, calibrationOf, strangenessOf, temperatureOf, thresholdOf, turnedAwayByClass, type Answers } from '../../src/engine/evaluation/calibration'
import { integers, uniform } from './numbers'

const figures = z.record(z.string(), z.object({
  count: z.int(), classes: z.int(), scale: z.number(), temperature: z.number(), before: z.number(), after: z.number(),
  energies: z.array(z.number()), uncertainties: z.array(z.number()), threshold: z.number(), turned_away: z.int()
})).parse(JSON.parse(readFileSync(join(__dirname, 'calibration.json'), 'utf8')))

/** The same as in scripts/parity/calibration.py. */
function answersOf(name: string, { count, classes, scale }: (typeof figures)[string]): Answers {
  const labels = integers(`${name} labels`, classes, count)
  const logits = Float32Array.from(uniform(`${name} logits`, count * classes), (value) => value * scale)
  labels.forEach((label, index) => { logits[index * classes + label]! += Math.fround(scale / 3) })
  return { logits, classes, labels }
}

describe.each(Object.entries(figures))('calibration on the same logits, %s', (name, figure) => {
  const answers = answersOf(name, figure)
  const { logits, classes } = answers

  it('is what NumPy and SciPy say', async () => {
    expect(await temperatureOf(answers)).toBeCloseTo(figure.temperature, 5)
    expect(calibrationError(answers, 1)).toBeCloseTo(figure.before, 9)
    expect(calibrationError(answers, figure.temperature)).toBeCloseTo(figure.after, 9)
    for (const [score, expected] of [['energy', figure.energies], ['uncertainty', figure.uncertainties]] as const) {
      strangenessOf(logits, classes, score).slice(0, 10).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 9))
    }
    expect(thresholdOf(strangenessOf(logits, classes, 'energy'), 0.05)).toBeCloseTo(figure.threshold, 9)
  })

  it('tells what is turned away, by class too', async () => {
    const { noneOfThese, images } = (await calibrationOf(answers, answers, { labelled: true, isClassifier: false }))!
    expect([images, Math.round(noneOfThese.test!.share * figure.count)]).toEqual([figure.count, figure.turned_away])
    expect(turnedAwayByClass(answers, noneOfThese).reduce((sum, value) => sum + value)).toBe(figure.turned_away)
  })
})
