import { describe, expect, it } from 'vitest'
import { calibrationOf, strangenessOf, temperatureOf, thresholdOf, type Answers } from './calibration'

/** Two classes; the first of each pair of logits is larger by `margin`, and right in so many of so many images. */
function answers(margin: number, right: number, of: number): Answers {
  const logits = Float32Array.from({ length: of * 2 }, (_, index) => index % 2 === 0 ? margin : 0)
  return { logits, classes: 2, labels: Array.from({ length: of }, (_, index) => index < right ? 0 : 1) }
}

describe('the temperature', () => {
  it('makes the network as sure as it is right', async () => {
    // 3 of 4 right: sure by 0.75 where margin / T = ln 3 = 1.0986; at a margin of 4, T = 3.641
    expect(await temperatureOf(answers(4, 30, 40))).toBeCloseTo(4 / Math.log(3), 6)
    // and sharpened where it was too timid
    expect(await temperatureOf(answers(0.5, 30, 40))).toBeCloseTo(0.5 / Math.log(3), 6)
  })
  it('is not guessed where nothing limits it', async () => {
    expect(await temperatureOf(answers(4, 40, 40))).toBeUndefined()
    // guessing at a large margin: as soft as is allowed
    expect(await temperatureOf(answers(4, 20, 40))).toBeCloseTo(10, 4)
  })
})

describe('a temperature of very many answers', () => {
  it('is found on a part of them, and lets messages in meanwhile', async () => {
    // 2^20 rows of 2: every second, of which 3 of 4 are right as of all
    const many = answers(4, 0, 2 ** 20)
    const labels = Array.from(many.labels, (_, index) => index % 8 < 6 ? 0 : 1)
    let heard = 0
    const timer = setInterval(() => { heard++ }, 1)
    const { temperature, temperatureImages, images } = (await calibrationOf({ ...many, labels }, undefined, { labelled: true, isClassifier: false }))!
    clearInterval(timer)
    expect(temperature).toBeCloseTo(4 / Math.log(3), 6)
    expect([images, temperatureImages]).toEqual([2 ** 20, 2 ** 19])
    expect(heard).toBeGreaterThanOrEqual(20)
  })
})

describe('what is none of the classes', () => {
  it('is stranger than all but one of twenty familiar pictures', () => {
    // place ⌈21 · 0.95⌉ = 20 of 20; ⌈101 · 0.95⌉ = 96 of 100; of 18 there is no place ⌈19 · 0.95⌉ = 19
    expect(thresholdOf(Float64Array.from({ length: 20 }, (_, index) => 20 - index), 0.05)).toBe(20)
    expect(thresholdOf(Float64Array.from({ length: 100 }, (_, index) => index + 1), 0.05)).toBe(96)
    expect(thresholdOf(new Float64Array(18), 0.05)).toBeUndefined()
  })
  it('has a higher energy, or a smaller first probability', () => {
    // −ln(e² + 1) = −2.126928; −ln 2; 1 − e²/(e² + 1) = 0.119203
    const [sure, unsure] = strangenessOf(Float32Array.from([2, 0, 0, 0]), 2, 'energy')
    expect([sure, unsure].map((value) => value!.toFixed(6))).toEqual(['-2.126928', '-0.693147'])
    expect(strangenessOf(Float32Array.from([2, 0]), 2, 'uncertainty')[0]).toBeCloseTo(0.119203, 6)
    // large logits stay finite
    expect(strangenessOf(Float32Array.from([2000, -2000]), 2, 'energy')[0]).toBe(-2000)
  })
})

describe('a calibration', () => {
  it('finds a temperature only with labels that were granted, and its threshold without', async () => {
    const unlabelled = (await calibrationOf(answers(4, 30, 40), answers(4, 10, 20), { labelled: false, isClassifier: false }))!
    const { temperature, expectedCalibrationError, noneOfThese } = unlabelled
    expect([temperature, expectedCalibrationError]).toEqual([undefined, undefined])
    expect(noneOfThese).toMatchObject({ score: 'energy', expected: 0.05, test: { share: 0, images: 20 } })
    const labelled = (await calibrationOf(answers(4, 30, 40), answers(4, 10, 20), { labelled: true, isClassifier: true }))!
    // 0.982 sure, 3 of 4 right before; as sure as right after; of the test images half are right
    expect(labelled.expectedCalibrationError!.validation.before).toBeCloseTo(0.982014 - 0.75, 5)
    expect(labelled.expectedCalibrationError!.validation.after).toBeCloseTo(0, 6)
    expect(labelled.expectedCalibrationError!.test!.after).toBeCloseTo(0.25, 6)
    expect(labelled.noneOfThese.score).toBe('uncertainty')
  })
  it('says nothing of a few images', async () => {
    expect(await calibrationOf(answers(4, 15, 19), undefined, { labelled: true, isClassifier: false })).toBeUndefined()
  })
})
