import type { BaseSpec, GauntletRow } from '../row'

// A seed CNN teaches one of half its width, a quarter of its parameters. Both see the images flipped and shifted, as the
// published students and teachers do: without that, the teacher knows its training images too well, and a student with
// less width than half learns them too badly, for its answers to add anything to the labels. The control is the same
// student with the same seed, batches and steps, and the teacher's term weighed 0. Adam, because the teacher's term makes
// gradients larger: with SGD a student that has hardly begun would gain by longer steps alone. The teacher's term weighs
// nine times the labels', as in RepDistiller (0.9 to 0.1, temperature 4).

const alike = (quick: boolean, whole: number, short: number): BaseSpec['training'] => ({
  epochs: quick ? short : whole, batchSize: 64, schedule: 'cosine', augmentation: 'flip-shift'
})

const student = (quick: boolean, teacher: BaseSpec['source']['model'], lambda: number): BaseSpec => ({
  source: { model: teacher }, target: { dataset: 'cifar-10', labels: 'all' },
  method: { id: 'distillation', params: { width: 0.5, lambda, temperature: 4 } },
  training: { ...alike(quick, 20, 2), optimizer: 'adam', learningRate: 0.001 }
})

export const distillationRows: readonly GauntletRow[] = [{
  id: 'cifar-distillation',
  title: 'Distillation on CIFAR-10 into a student of half the width',
  published: 'gain 0.9–2.5', where: 'RepDistiller; haitongli/knowledge-distillation-pytorch',
  methods: ['distillation'], data: ['cifar-10'], control: { name: 'no teacher', spec: (quick, teacher = 'arch:seed-cnn') => student(quick, teacher, 0) },
  band: { above: 0 }, seconds: { whole: 250, quick: 50 },
  source: (quick) => ({
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'cifar-10', labels: 'all' }, method: { id: 'scratch' },
    training: { ...alike(quick, 20, 3), learningRate: 0.02, weightDecay: 0.0005 }
  }),
  spec: (quick, teacher = 'arch:seed-cnn') => student(quick, teacher, 9)
}]
