import type { BaseSpec, GauntletRow } from '../row'

// CIFAR-10 → CIFAR-100 with 20 labels per class: the seed CNN, ten epochs, its source pre-trained on the CIFAR-10 images there.

const training = (quick: boolean): NonNullable<BaseSpec['training']> => ({ epochs: quick ? 3 : 10, batchSize: 64, learningRate: 0.01 })

const source = (quick: boolean): BaseSpec => ({
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'cifar-10', labels: 'all' }, method: { id: 'scratch' }, training: training(quick)
})

const target: BaseSpec['target'] = { dataset: 'cifar-100', labels: { perClass: 20 }, validationLabels: 'all' }

interface Variant { above?: number, published?: string, params?: BaseSpec['method']['params'] }

const row = (id: string, { above = 0, published = 'none', params = {} }: Variant = {}): GauntletRow => ({
  id: `cifar-${id}`,
  title: `CIFAR-10 → CIFAR-100, 20 labels per class, ${id}`,
  published, where: 'PyTorch, same network, one seed',
  methods: [id, 'scratch'], data: ['cifar-10', 'cifar-100'], control: 'scratch', band: { above },
  // The source model, which all of these rows share, counts once, with fine-tuning.
  seconds: id === 'fine-tuning' ? { whole: 55, quick: 45 } : { whole: 16, quick: 8 },
  source,
  spec: (quick, model = 'arch:seed-cnn') => ({ source: { model }, target, method: { id, params }, training: training(quick) })
})

/** The source is learned again, under the rule, by the method itself: no source model goes in. */
const ruleTransfer: GauntletRow = {
  id: 'cifar-rule-transfer',
  title: 'CIFAR-10 → CIFAR-100, 20 labels per class, rule-transfer',
  published: 'none', methods: ['rule-transfer', 'scratch'], data: ['cifar-10', 'cifar-100'], control: 'scratch', band: { above: 0 },
  seconds: { whole: 65, quick: 40 },
  spec: (quick) => ({
    source: { model: 'arch:seed-cnn', dataset: 'cifar-10' }, target,
    method: { id: 'rule-transfer', params: { sourceEpochs: quick ? 3 : 10 } }, training: training(quick)
  })
}

export const cifarRows: readonly GauntletRow[] = [
  row('fine-tuning', { above: 6, published: 'none; 19.4, scratch 2.4' }),
  row('linear-probe', { published: 'none; 12.4', params: { standardise: false } }),
  row('feature-transfer', { params: { copied: ['block1', 'block2', 'block3'] } }),
  ruleTransfer,
  row('l2-sp'),
  row('delta'),
  row('bss')
]
