import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recommend } from '../../rules/advice/recommend'
import { evidence, ground } from '../../rules/advice/testing'
import { withSeed } from '../../rules/studies/plan'
import { keepAdvice, keepRace, predictionFor, standingAdvice, standingRace } from './advice'

describe('what was foretold of a run', () => {
  let folder: string
  beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-advice-')) })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is found of a spec as the program completes it, few labels and those that choose among them', async () => {
    const given = ground()
    const { recommendations, state, remarks } = recommend(given)
    const wanted = { ...given.wanted, allSources: false }
    await keepAdvice(folder, { wanted, state, remarks, recommendations, evidence: evidence(), cached: false, seconds: 1, at: '2026-01-01T00:00:00.000Z' })
    const [first] = recommendations
    // The person who asks names no labels that choose; the spec that is started has them.
    expect(given.wanted.target).toEqual({ dataset: 'digits', labels: { perClass: 10 } })
    expect(first!.spec.target.validationLabels).toEqual({ perClass: 10 })
    expect(await predictionFor(folder, withSeed(first!.spec, 9))).toMatchObject({ accuracy: first!.expected!.accuracy, place: 1 })
    // How a race ended lies beside it, and neither is taken for the other.
    await keepRace(folder, { wanted: { ...given.wanted, minutes: 5 }, by: 'validation', entrants: [], remarks: [], seconds: 300, at: '2026-01-02T00:00:00.000Z' })
    expect(await standingRace(folder, given.wanted)).toMatchObject({ seconds: 300, by: 'validation' })
    expect(await standingAdvice(folder, given.wanted)).toMatchObject({ seconds: 1 })
    expect(await standingRace(folder, { ...given.wanted, source: 'run:another' })).toBeUndefined()
    // Other settings are another transfer, of which nothing was foretold.
    expect(await predictionFor(folder, { ...first!.spec, training: { ...first!.spec.training, epochs: 99 } })).toBeUndefined()
  })
})
