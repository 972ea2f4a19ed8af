import { adviceWantedSchema, type Advice, type AdviceWanted } from '../../contract/advice'
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
