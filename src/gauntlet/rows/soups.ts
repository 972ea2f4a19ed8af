import type { BaseSpec, GauntletRow } from '../row'

// Four fine-tunings of one pre-trained seed CNN on CIFAR-100 with 20 labels per class, at settings and seeds of their own
// (Wortsman et al. 2022 vary the same), and the greedy soup of them. What goes in is chosen on validation, and so the
// comparison is on validation; the run keeps its test accuracy too.

const target: BaseSpec['target'] = { dataset: 'cifar-100', labels: { perClass: 20 }, validationLabels: 'all' }
const fineTunings: NonNullable<BaseSpec['training']>[] = [
  { learningRate: 0.01 }, { learningRate: 0.005, augmentation: 'flip' }, { learningRate: 0.02, augmentation: 'flip-shift' },
  { learningRate: 0.01, augmentation: 'flip', weightDecay: 0.001 }
]

/** All of a soup's labels come from the first seed: other seeds would draw others. */
const fineTuned = (quick: boolean, source: BaseSpec['source']['model'] = 'arch:seed-cnn'): BaseSpec[] => fineTunings.map((settings) => ({
  source: { model: source }, target, method: { id: 'fine-tuning' },
  training: { epochs: quick ? 2 : 10, batchSize: 64, ...settings }
}))

export const soupRows: readonly GauntletRow[] = [{
  id: 'cifar-greedy-soup',
  title: 'Greedy soup of four fine-tuned runs, CIFAR-10 → CIFAR-100, on validation',
  published: 'none', where: 'by its recipe no worse than the best (Wortsman et al. 2022, section 2)',
  methods: ['greedy-soup', 'fine-tuning'], data: ['cifar-10', 'cifar-100'], control: 'best of pool', on: 'validation', band: { notBelow: 0 }, seeds: 1,
  seconds: { whole: 80, quick: 20 },
  source: (quick) => ({
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'cifar-10', labels: 'all' }, method: { id: 'scratch' },
    training: { epochs: quick ? 3 : 10, batchSize: 64, learningRate: 0.01 }
  }),
  pool: fineTuned,
  spec: (quick, _source, [first = 'arch:seed-cnn', ...models]) => ({
    source: { model: first }, target, method: { id: 'greedy-soup', params: { models, barrierPoints: quick ? 1 : 9 } }
  })
}]
