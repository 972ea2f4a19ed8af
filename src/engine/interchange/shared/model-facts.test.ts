import { describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../../contract/models'
import type { NetworkDefinition } from '../../network/definition'
import { factsOf, readFacts } from './model-facts'

const definition: NetworkDefinition = {
  architecture: 'lenet', options: {}, input: [28, 28, 1], normalisation: { mean: [0.5], standardDeviation: [0.5] }, classes: ['0', '1'],
  blocks: [], head: { name: 'head', title: 'Head', layers: [] }
}
const summary = (origin?: ModelSummary['origin']): ModelSummary => ({
  ref: 'model:mine', name: 'Mine', architecture: 'lenet', input: [28, 28, 1], normalisation: definition.normalisation, classes: ['0', '1'],
  blocks: [], parameters: 0, createdAt: '2026-01-01T00:00:00.000Z', ...(origin && { origin })
})
const again = (of: ModelSummary): ReturnType<typeof readFacts> => readFacts(JSON.stringify(factsOf({ definition }, of)))

describe('what an exported file says of its model', () => {
  it('is read back', () => {
    expect(again(summary())).toMatchObject({
      architecture: 'lenet', input: [28, 28, 1], classes: ['0', '1'], normalisation: { mean: [0.5], standardDeviation: [0.5] }
    })
  })

  it('names no classes where they were numbers that nobody gave a name', () => {
    expect(again(summary({ file: 'net.th', format: 'pytorch', numberedClasses: true })).classes).toBeUndefined()
  })

  it.each(['no JSON', '[]', '{"architecture": 3}', 7])('is nothing where it is not Graft\'s: %s', (found) => {
    expect(readFacts(found)).toEqual({})
  })
})
