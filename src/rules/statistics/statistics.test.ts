import { describe, expect, it } from 'vitest'
import type { PairedDifference } from '../../contract/runs'
import { differencesByImage, imageInterval, seedAndImageInterval, seedInterval, type AnswerPair } from './intervals'
import { exactMcNemar, holm, significance } from './mcnemar'
import { studentQuantile } from './student'
import { judgeSeeds, judgeTogether, judgeTwo, mcnemarWords, verdictOf } from './verdicts'

/** `gained` images that only the second gets right, `lost` that only the first does, the rest the same for both. */
function answers(n: number, gained: number, lost: number): AnswerPair {
  const first = new Uint8Array(n)
  const second = new Uint8Array(n)
  second.fill(1, 0, gained)
  first.fill(1, gained, gained + lost)
  return { first, second }
}
const intervalOf = (n: number, gained: number, lost: number) => imageInterval(differencesByImage([answers(n, gained, lost)]))

describe('the interval over images', () => {
  it('is that of Agresti and Min: two images more, one the same, half of one gained, half of one lost', () => {
    // n = 12: mean 3/12 = 0.25; squares (5 + 1)/12 = 0.5; variance (0.5 − 0.0625)/12 = 0.0364583, root 0.190941, · 1.959964 = 0.374237
    expect(intervalOf(10, 4, 1)[0]).toBeCloseTo(-0.124237, 5)
    expect(intervalOf(10, 4, 1)[1]).toBeCloseTo(0.624237, 5)
    // n = 102: mean 30/102 = 0.294118; (51/102 − 0.0865052)/102 = 0.00405387, root 0.06367, · 1.959964 = 0.124791
    expect(intervalOf(100, 40, 10)[0]).toBeCloseTo(0.169327, 5)
    expect(intervalOf(100, 40, 10)[1]).toBeCloseTo(0.418909, 5)
  })

  it('is no certainty where nothing differs', () => {
    // n = 52: (1/52)/52, root 1/52 = 0.0192308, · 1.959964 = 0.0376916
    expect(intervalOf(50, 0, 0)[1]).toBeCloseTo(0.0376916, 6)
    expect(intervalOf(50, 0, 0)[0]).toBeCloseTo(-0.0376916, 6)
  })

  it('does not leave what is possible', () => {
    // n = 12: mean 10/12; (11/12 − 0.694444)/12 = 0.0185185, root 0.136083, · 1.959964 = 0.266717: 0.566616 to 1.10005
    expect(intervalOf(10, 10, 0)[0]).toBeCloseTo(0.566616, 5)
    expect(intervalOf(10, 10, 0)[1]).toBe(1)
    expect(intervalOf(10, 0, 10)[0]).toBe(-1)
  })
})

describe('the interval over seeds', () => {
  it('is Student\'s where only whole accuracies are known', () => {
    // d = 0.04, 0.06, 0.08: mean 0.06, s² = (0.0004 + 0 + 0.0004)/2 = 0.0004, s = 0.02
    // t(2) = 4.302653; margin = 4.302653 · 0.02/√3 = 0.0496828
    const interval = seedInterval([0.04, 0.06, 0.08])!
    expect(interval[0]).toBeCloseTo(0.0103172, 6)
    expect(interval[1]).toBeCloseTo(0.1096828, 6)
    expect(verdictOf(interval)).toBe('helped')
    expect(verdictOf(seedInterval([-0.04, -0.06, -0.08]))).toBe('negative-transfer')
    expect(verdictOf(undefined)).toBe('no-evidence')
  })

  it('is none of two seeds, nor where all seeds gave the same', () => {
    expect(seedInterval([0.77, 0.78])).toBeUndefined()
    expect(seedInterval([0.06, 0.06, 0.06])).toBeUndefined()
  })

  it('adds the variance over images where the answers are known', () => {
    // Seeds: 0.02²/3 = 0.000133333. Images, 98 of which 6 were gained by all: mean 6/100, (7/100 − 0.0036)/100 = 0.000664.
    // Together 0.000797333, root 0.0282371; freedom 0.000797333²/(0.000133333²/2 + 0.000664²/97) = 47.3, rounded 47.
    // t(47) = 2.011741; margin 0.0568057.
    const byImage = Float64Array.from({ length: 98 }, (_, image) => image < 6 ? 1 : 0)
    const interval = seedAndImageInterval([0.04, 0.06, 0.08], byImage)
    expect(interval[0]).toBeCloseTo(0.0031943, 5)
    expect(interval[1]).toBeCloseTo(0.1168057, 5)
  })

  it('uses Student\'s t, as printed in tables', () => {
    for (const [degrees, t] of [[1, 12.706], [2, 4.303], [10, 2.228], [11, 2.201], [15, 2.131], [30, 2.042], [120, 1.98]] as const) {
      expect(studentQuantile(degrees)).toBeCloseTo(t, 3)
    }
  })
})

describe('McNemar\'s exact test', () => {
  it('counts the ways in which so many could be on one side', () => {
    expect(exactMcNemar(4, 0)).toBeCloseTo(0.125, 12) // 2 · 1/16
    expect(exactMcNemar(1, 4)).toBeCloseTo(0.375, 12) // 2 · (1 + 5)/32
    expect(exactMcNemar(10, 2)).toBeCloseTo(0.0385742, 7) // 2 · (1 + 12 + 66)/4096
    expect(exactMcNemar(0, 0)).toBe(1)
    expect(exactMcNemar(7, 7)).toBe(1)
    // scipy.stats.binomtest(900, 2000).pvalue, which 1/2²⁰⁰⁰ alone would be nought of
    expect(exactMcNemar(1100, 900)).toBeCloseTo(8.457e-6, 8)
  })

  it('is never evidence where the interval is none', () => {
    for (let together = 1; together <= 300; together++) {
      for (let lost = 0; lost <= together / 2; lost++) {
        if (exactMcNemar(together - lost, lost) >= significance) break
        for (const n of [Math.max(2, together), 10 * together, 1000 * together]) {
          // As imageInterval reckons, without the images themselves.
          const [mean, variance] = [(together - 2 * lost) / (n + 2), (together + 1) / (n + 2)]
          expect(mean - 1.959964 * Math.sqrt((variance - mean ** 2) / (n + 2))).toBeGreaterThan(0)
        }
      }
    }
  })

  it('is corrected for being one of several, by Holm', () => {
    // 0.01 · 3; 0.03 · 2; 0.04 · 1, but no less than the one before.
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06])
    expect(holm([0.5, 0.6])).toEqual([1, 1])
    expect(holm([])).toEqual([])
  })
})

describe('two runs on the same images', () => {
  it('differ where the exact test says so', () => {
    expect(judgeTwo(answers(100, 40, 10))).toMatchObject({ difference: 0.3, verdict: 'better', mcnemar: { gained: 40, lost: 10 } })
    expect(judgeTwo(answers(100, 10, 40))).toMatchObject({ difference: -0.3, verdict: 'worse' })
    expect(judgeTwo(answers(10, 6, 0))).toMatchObject({ verdict: 'better', mcnemar: { p: expect.closeTo(0.03125, 12) } })
  })

  it('do not by four answers, nor by five, whatever the interval', () => {
    expect(judgeTwo(answers(100, 4, 0))).toMatchObject({ verdict: 'no-evidence', mcnemar: { p: expect.closeTo(0.125, 12) } })
    // n = 12: 0.416667 ± 0.323240, without zero; p = 2/32.
    const five = judgeTwo(answers(10, 5, 0))
    expect(five.interval![0]).toBeCloseTo(0.093427, 5)
    expect(five).toMatchObject({ verdict: 'no-evidence', mcnemar: { p: expect.closeTo(0.0625, 12) }, reason: { en: expect.stringContaining('Too few answers') } })
  })

  it('have no interval by one image', () => {
    expect(judgeTwo({ first: [0], second: [1] })).toMatchObject({ difference: 1, verdict: 'no-evidence' })
    expect(judgeTwo({ first: [0], second: [1] }).interval).toBeUndefined()
  })

  it('say so in words', () => {
    expect(mcnemarWords({ gained: 4, lost: 0, p: 0.125 }).en).toBe('McNemar\'s exact test: p = 0.125 (4 gained, 0 lost).')
    expect(mcnemarWords({ gained: 40, lost: 10, p: 0.00002, corrected: 0.00004 }).zh).toContain('计入全部比较后 p < 0.001')
  })
})

describe('several runs against one', () => {
  const pair = (second: string, given: AnswerPair): PairedDifference => ({ first: 'control', second, ...judgeTwo(given) })

  it('are corrected together', () => {
    // 10 against 2: 0.0386 alone, twice that with a second one beside it.
    const [one, other] = judgeTogether([pair('a', answers(100, 10, 2)), pair('b', answers(100, 3, 3))])
    expect(one).toMatchObject({ verdict: 'no-evidence', reason: { en: expect.stringContaining('one of several') } })
    expect(one!.mcnemar!.corrected).toBeCloseTo(0.0771484, 7)
    expect(other!.mcnemar!.corrected).toBe(1)
    expect(judgeTogether([pair('a', answers(100, 10, 2))])).toMatchObject([{ verdict: 'better' }])
  })

  it('leave those out that could not be paired', () => {
    const unpaired: PairedDifference = { first: 'control', second: 'c', difference: 0.1, verdict: 'no-evidence' }
    expect(judgeTogether([pair('a', answers(100, 40, 10)), unpaired])).toMatchObject([{ verdict: 'better' }, unpaired])
  })
})

describe('runs of several seeds', () => {
  it('of two have an interval over images alone, and a verdict only where both agree', () => {
    const helped = judgeSeeds([0.3, 0.3], [answers(100, 40, 10), answers(100, 40, 10)])
    expect(helped).toMatchObject({ difference: 0.3, over: 'images', verdict: 'helped', reason: { en: expect.stringContaining('Two seeds are too few') } })
    expect(helped.interval![0]).toBeCloseTo(0.169327, 5)
    expect(judgeSeeds([0.5, -0.02], [answers(100, 50, 0), answers(100, 0, 2)]).verdict).toBe('no-evidence')
    expect(judgeSeeds([0.77, 0.78], undefined)).toEqual({
      difference: 0.775, verdict: 'no-evidence', reason: expect.objectContaining({ en: expect.stringContaining('too few for an interval') })
    })
  })

  it('of three or more have one over seeds, and say over what', () => {
    const three = [answers(100, 8, 4), answers(100, 9, 3), answers(100, 10, 2)]
    expect(judgeSeeds([0.04, 0.06, 0.08], three)).toMatchObject({ over: 'seeds', reason: { en: expect.stringContaining('other test images') } })
    expect(judgeSeeds([0.04, 0.06, 0.08], undefined)).toMatchObject({ over: 'seeds', verdict: 'helped', reason: { en: expect.stringContaining('seeds alone') } })
    const same = judgeSeeds([0.06, 0.06, 0.06], undefined)
    expect(same).toMatchObject({ verdict: 'no-evidence', reason: { en: expect.stringContaining('no certainty') } })
    expect(same.interval).toBeUndefined()
  })

  it('never have one beyond 100 points, and say where it was cut', () => {
    // Mean 0.696667, s = 0.432473; 4.302653 · s/√3 = 1.074324
    const wide = judgeSeeds([0.9, 0.2, 0.99], undefined)
    expect(wide.interval![1]).toBe(1)
    expect(wide.interval![0]).toBeCloseTo(-0.377657, 5)
    expect(wide.reason!.en).toContain('It ends at 100 points')
  })
})
