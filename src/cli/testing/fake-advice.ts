import { adviceWantedSchema, raceWantedSchema, type Advice, type AdviceWanted, type Race, type RaceWanted } from '../../contract/advice'
import { recommend } from '../../rules/advice/recommend'
import { fakeCatalogue } from './fake-catalogue'

/** Advice without a look: one label per class, of which nothing can be foretold. */
export function fakeAdvice(asked: AdviceWanted): Advice {
  const wanted = adviceWantedSchema.parse(asked)
  const evidence: Advice['evidence'] = {
    source: wanted.source, name: 'Net', sourceKind: 'own', sameClasses: false, targetImages: 10, labelled: 2, labelsPerClass: 1, classes: 2, looked: 2, scores: []
  }
  return {
    wanted, ...recommend({ wanted, evidence, facts: { ...fakeCatalogue, architectures: [] }, runs: [] }), evidence, cached: false, seconds: 1,
    at: '2026-01-01T00:00:00.000Z'
  }
}

/** A race that one method won. */
export const fakeRace = (asked: RaceWanted): Race => ({
  wanted: raceWantedSchema.parse(asked), by: 'validation', images: 50,
  entrants: [{ method: 'fine-tuning', title: { en: 'Fine-tuning', zh: '微调' }, runs: [{ id: 'r1', round: 1, epochs: 2, of: 9, seconds: 3, value: 0.9 }] }],
  winner: { method: 'fine-tuning', run: 'r1', value: 0.9 }, remarks: [], seconds: 3, at: '2026-01-01T00:00:00.000Z'
})
