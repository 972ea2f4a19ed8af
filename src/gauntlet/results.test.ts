import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isTrained, recipeOf, type TrainedRow } from './row'
import { estimateOf, isDone } from './estimate'
import { bandText, resultsPage } from './page'
import { Results, standingOf, type RowResult } from './results'
import { gauntletRows } from './rows'

const named = (id: string) => gauntletRows.find((each) => each.id === id)!
function trained(id: string): TrainedRow {
  const row = named(id)
  if (!isTrained(row)) throw new Error(`${id} trains nothing`)
  return row
}
const row = trained('mnist-usps-dann')
const result = (mean: number, difference: number | undefined, more: Partial<RowResult> = {}): RowResult => ({
  row: row.id, recipe: recipeOf(trained(more.row ?? row.id), more.quick ?? false), quick: false, ours: { runs: ['A'], done: 1, mean }, finishedAt: '2026-01-01T00:00:00.000Z',
  control: { name: 'source-only', score: { runs: ['B'], done: 1, mean: 0.75 }, pairs: 3, ...(difference !== undefined && { difference }) },
  ...more
})

let folder = ''
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-gauntlet-')) })
afterEach(() => rm(folder, { recursive: true }))

describe('a row of the gauntlet', () => {
  it('is reached only when all of its band is', () => {
    expect(bandText(row)).toBe('source-only + 6 and ≥ 85')
    expect(standingOf(row, result(0.86, 0.07))).toBe('reached')
    expect(standingOf(row, result(0.84, 0.07))).toBe('missed')
    expect(standingOf(row, result(0.86, 0.05))).toBe('missed')
  })

  it('is not judged from a quick run, nor without its control', () => {
    expect(standingOf(row, result(0.99, 0.2, { quick: true }))).toBe('quick')
    expect(standingOf(row, result(0.99, undefined))).toBe('open')
    expect(standingOf(row, undefined)).toBe('open')
  })

  it('without a band is reported, whatever comes out', () => {
    const reported = named('mnist-usps-source-only')
    expect(bandText(reported)).toBe('reported')
    expect(standingOf(reported, result(0.1, undefined, { row: reported.id }))).toBe('reported')
  })

  it('may ask for little as well as for much', () => {
    expect(standingOf({ ...row, band: { atMost: 30 } }, result(0.29, undefined))).toBe('reached')
    expect(standingOf({ ...row, band: { atMost: 30 } }, result(0.31, undefined))).toBe('missed')
  })

  it('that is above its control by nothing is not above it', () => {
    expect(standingOf({ ...row, band: { above: 0 } }, result(0.9, 0))).toBe('missed')
    expect(standingOf({ ...row, band: { above: 0 } }, result(0.9, 0.001))).toBe('reached')
  })

  it('has an id of its own, and a best-of row names rows that are there', () => {
    expect(new Set(gauntletRows.map(({ id }) => id)).size).toBe(gauntletRows.length)
    for (const each of gauntletRows) if ('best' in each) for (const id of each.best) expect(named(id)).toBeDefined()
  })
})

describe('the budget of the gauntlet', () => {
  const total = (quick: boolean, seeds: number) => gauntletRows.reduce((sum, each) => sum + estimateOf(each, { quick, seeds }), 0)

  it('is under ten minutes for a quick one and under three hours for the whole with three seeds', () => {
    expect(total(true, 1)).toBeLessThan(600)
    expect(total(false, 3)).toBeLessThan(3 * 3600)
  })
})

describe('results of the gauntlet', () => {
  it('stand for a row while it is trained as it was', async () => {
    const results = await Results.open(folder)
    await results.keep(result(0.86, 0.07))
    expect(isDone(row, results, { quick: false, seeds: 1 })).toBe(true)
    expect(isDone(row, results, { quick: false, seeds: 3 })).toBe(false)
    const longer = { ...row, spec: (quick: boolean) => ({ ...row.spec(quick, undefined, []), training: { epochs: 99 } }) }
    expect(isDone(longer, results, { quick: false, seeds: 1 })).toBe(false)
    expect([standingOf(row, results.of(row)), standingOf(longer, results.of(longer))]).toEqual(['reached', 'open'])
  })

  it('of another recipe give way, however many seeds they had', async () => {
    const results = await Results.open(folder)
    await results.keep(result(0.86, 0.07, { recipe: 'another', ours: { runs: ['A', 'B', 'C'], done: 3, mean: 0.86 } }))
    await results.keep(result(0.8, 0.05))
    expect(results.of(row)).toEqual(result(0.8, 0.05))
  })

  it('are kept, and a quick one never hides a whole one', async () => {
    const results = await Results.open(folder)
    await results.keep(result(0.86, 0.07))
    await results.keep(result(0.5, 0.01, { quick: true }))
    const again = await Results.open(folder)
    expect(again.of(row)).toEqual(result(0.86, 0.07))
    await again.keep(result(0.9, 0.1))
    expect((await Results.open(folder)).list).toHaveLength(2)
  })

  it('of the same runs with fewer seeds do not take the place of more', async () => {
    const results = await Results.open(folder)
    const three = result(0.86, 0.07, { ours: { runs: ['A', 'B', 'C'], done: 3, mean: 0.86 } })
    await results.keep(three)
    await results.keep(result(0.8, 0.05, { ours: { runs: ['A'], done: 1, mean: 0.8 } }))
    expect(results.of(row)).toEqual(three)
    const anew = result(0.8, 0.05, { ours: { runs: ['D'], done: 1, mean: 0.8 } })
    await results.keep(anew)
    expect(results.of(row)).toEqual(anew)
  })

  it('give the best of several rows, whole ones before quick ones', async () => {
    const results = await Results.open(folder)
    const best = named('mnist-usps-best')
    expect(standingOf(best, results.of(best))).toBe('open')
    await results.keep(result(0.87, 0.1, { row: 'mnist-usps-dan' }))
    await results.keep(result(0.89, 0.1, { row: 'mnist-usps-adda' }))
    await results.keep(result(0.95, 0.1, { row: 'mnist-usps-cdan', quick: true }))
    expect(results.of(best)?.row).toBe('mnist-usps-adda')
    expect(standingOf(best, results.of(best))).toBe('reached')
  })

  it('stand in the page with every row, run or not, and what is written around them stays', async () => {
    const results = await Results.open(folder)
    await results.keep(result(0.84, 0.07))
    const page = resultsPage(gauntletRows, results, '# Mine\n\nBefore.\n')
    for (const { id } of gauntletRows) expect(page).toContain(`| ${id} |`)
    expect(page).toMatch(/\| mnist-usps-dann \| 84\.0 % \|.*\| \+7\.0 \|.*\| missed \|/)
    const again = resultsPage(gauntletRows, results, `${page}\nAfter.\n`)
    expect(again.startsWith('# Mine\n\nBefore.')).toBe(true)
    expect(again.endsWith('After.\n')).toBe(true)
    expect(again.split('| mnist-usps-dann |')).toHaveLength(2)
  })
})
