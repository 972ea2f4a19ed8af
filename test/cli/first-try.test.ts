import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { built, graft } from './graft'

let dataDir = ''
beforeAll(() => { dataDir = mkdtempSync(join(tmpdir(), 'graft-first-try-')) })
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

interface Trial { pair: string, method: string, states: string[], unlearned: boolean, score: { mean: number }, control: { score: { mean: number } } }

it.skipIf(!built)('with nothing set, a few methods do well on the embedded samples, and so do their controls (needs npm run build)', async () => {
  const { code, stdout, stderr } = await graft(['gauntlet', '--first-try', '--quick', '--json', '--data-dir', dataDir])
  expect(code, stderr).toBe(0)
  const { trials, faults } = JSON.parse(stdout) as { trials: Trial[], faults: unknown[] }
  expect(faults).toEqual([])
  expect(trials.map(({ method }) => method).sort()).toEqual(['fine-tuning', 'linear-probe'])
  for (const { states, unlearned, score, control } of trials) {
    expect([states, unlearned]).toEqual([['done'], false])
    // Chance is 0.1; with 20 steps the control from scratch stood at 0.146.
    expect(Math.min(score.mean, control.score.mean)).toBeGreaterThan(0.5)
  }
}, 900_000)
