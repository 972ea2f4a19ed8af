import type { BaseSpec, GauntletRow } from '../row'

// 10,000 unlabelled CIFAR-10 images, then a head on 20 labels per class. The control is the same probe with the same seed on
// the weights that the pre-training begins with.

interface Pretext { method: string, epochs: number, augmentation: NonNullable<BaseSpec['training']>['augmentation'] }

const probe = ({ method, augmentation }: Pretext, pretextEpochs: number): BaseSpec => ({
  source: { model: 'arch:seed-cnn' }, target: { dataset: 'cifar-10-small', labels: { perClass: 20 }, validationLabels: 'all' },
  method: { id: method, params: { pretextEpochs, then: 'probe' } }, training: { augmentation }
})

const row = (pretext: Pretext, seconds: { whole: number, quick: number }): GauntletRow => ({
  id: `cifar-${pretext.method}`,
  title: `${pretext.method} on 10,000 unlabelled CIFAR-10 images, then a probe on 20 labels per class`,
  published: 'none', methods: [pretext.method], data: ['cifar-10-small'],
  control: { name: 'random weights', spec: () => probe(pretext, 0) }, band: { above: 5 }, seconds, seeds: 2,
  spec: (quick) => probe(pretext, quick ? 1 : pretext.epochs)
})

export const selfSupervisedRows: readonly GauntletRow[] = [
  // The authors' changes of CIFAR's images; SimCLR has its own.
  row({ method: 'rotation', epochs: 15, augmentation: 'flip-shift' }, { whole: 300, quick: 40 }),
  row({ method: 'simclr', epochs: 16, augmentation: 'none' }, { whole: 260, quick: 30 })
]
