import { adviceWantedSchema, type Evidence, type ScoreEvidence } from '../../contract/advice'
import { dataset, facts, fineTuning, method, model } from '../specs/testing'
import type { Outcome } from './outcome'
import type { Ground } from './recommend'

/** Records for the tests of the advice. */
export const evidence = (change: Partial<Evidence> = {}): Evidence => ({
  source: 'run:one', name: 'One', sourceKind: 'own', sameClasses: false, targetImages: 400, labelled: 100, labelsPerClass: 10, classes: 10, looked: 100, scores: [],
  crossValidated: { value: 0.8, interval: [0.72, 0.88] }, ...change
})
export const outcome = (task: string, accuracy: Record<string, number>, change: Partial<Outcome> = {}): Outcome => ({
  task, sourceKind: 'own', sameClasses: false, labelsPerClass: 10, classes: 10, crossValidated: 0.8, accuracy, ...change
})
export const probe = method('linear-probe', { recipe: { headOnly: true }, needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'any' } })
export const scored = (id: string, source: [number, number], pixels: [number, number]): ScoreEvidence => {
  const estimate = (interval: [number, number]) => ({ value: (interval[0] + interval[1]) / 2, interval })
  return { id, title: { en: id, zh: id }, means: { en: id, zh: id }, reference: id, source: estimate(source), pixels: estimate(pixels) }
}
export const ground = (change: Partial<Ground> = {}): Ground => ({
  wanted: adviceWantedSchema.parse({ source: 'run:one', target: { dataset: 'digits', labels: { perClass: 10 } } }),
  evidence: evidence(), runs: [],
  facts: facts({ methods: [method('scratch'), fineTuning, probe], sourceModel: { value: model }, target: { value: dataset() } }),
  tasks: [
    outcome('first', { 'scratch': 0.5, 'fine-tuning': 0.9, 'linear-probe': 0.82 }),
    outcome('second', { 'scratch': 0.6, 'fine-tuning': 0.88, 'linear-probe': 0.8 })
  ],
  ...change
})
