import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { speak } from '../testing/fake'
import { isTrained, recipeOf } from '../../gauntlet/row'
import { Results } from '../../gauntlet/results'
import { gauntletRows } from '../../gauntlet/rows'

let dataDir = ''
beforeEach(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-gauntlet-')) })
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(dataDir, { recursive: true })
})

describe('graft gauntlet', () => {
  it('shows what is kept without training or asking for data', async () => {
    mkdirSync(join(dataDir, 'gauntlet'))
    const results = await Results.open(join(dataDir, 'gauntlet'))
    const row = gauntletRows.filter(isTrained).find(({ id }) => id === 'usps-mnist-dan')!
    await results.keep({
      row: row.id, quick: false, recipe: recipeOf(row, false), ours: { runs: ['A'], done: 1, mean: 0.9 }, steps: 5000, finishedAt: '2026-01-01T00:00:00.000Z',
      control: { name: 'source-only', score: { runs: ['B'], done: 1, mean: 0.7 }, pairs: 1, difference: 0.2 }
    })
    const { code, stdout, stderr } = await speak(dataDir, ['gauntlet', '--report', '--json', '--only', 'usps-mnist-dan,usps-mnist-shot'])
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      rows: [{ id: 'usps-mnist-dan', standing: 'reached', result: { steps: 5000 } }, { id: 'usps-mnist-shot', standing: 'open', result: null }]
    })
  })

  it('names a row that there is not, with those that there are', async () => {
    const { code, stderr } = await speak(dataDir, ['gauntlet', '--only', 'usps-mnist-dan,usps-mnist-magic'])
    expect(code).toBe(2)
    expect(stderr).toContain('"usps-mnist-magic"')
    expect(stderr).toContain('mnist-usps-dann')
  })

  it('names a pair or a method of the first try that there is not', async () => {
    const { code, stderr } = await speak(dataDir, ['gauntlet', '--first-try', '--only', 'magic'])
    expect(code).toBe(2)
    expect(stderr).toContain('neither a pair nor a method "magic"')
    expect(stderr).toContain('samples-none')
  })

  it('refuses to write its page where there is no place for it, before anything is trained', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(dataDir)
    const { code, stderr } = await speak(dataDir, ['gauntlet', '--write', '--data', join(dataDir, 'none')])
    expect(code).toBe(2)
    expect(stderr).toContain('There is no folder docs')
  })
})
