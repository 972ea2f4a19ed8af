import type { BaseSpec, GauntletRow } from './_row'

// 10,000 unlabelled CIFAR-10 images, then a head on 20 labels a class. The control is the same probe with the same seed on
// the weights that the pre-training begins with.

const probe = (quick: boolean, method: string, pretextEpochs: number): BaseSpec => ({
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'cifar-10-small', labels: { perClass: 20 } },
  method: { id: method, params: { pretextEpochs, then: 'probe' } },
  training: { epochs: quick ? 30 : 100, optimizer: 'adam', learningRate: 0.001 }
})

const row = (method: string, epochs: number, seconds: { whole: number, quick: number }): GauntletRow => ({
  id: `cifar-${method}`,
  title: `${method} on 10,000 unlabelled CIFAR-10 images, then a probe on 20 labels a class`,
  published: 'none', methods: [method], data: ['cifar-10-small'],
  control: { name: 'random weights', spec: (quick) => probe(quick, method, 0) }, band: { above: 5 }, seconds, seeds: 2,
  spec: (quick) => probe(quick, method, quick ? 1 : epochs)
})

export const selfSupervisedRows: readonly GauntletRow[] = [
  row('rotation', 3, { whole: 105, quick: 35 }),
  row('simclr', 4, { whole: 85, quick: 25 })
]
