import type { BaseSpec, GauntletRow } from './_row'

// The seed CNN of the other CIFAR rows teaches one of a quarter of its width. The control is the same student with the
// same seed, batches and steps, and the teacher's term weighed 0. Adam, because the teacher's term makes gradients larger:
// with SGD a student that has hardly begun would gain by longer steps alone. The teacher's term weighs nine times the
// labels', as in RepDistiller (0.9 to 0.1, temperature 4).

const student = (quick: boolean, teacher: string, lambda: number): BaseSpec => ({
  source: { model: teacher }, target: { dataset: 'cifar-10', labels: 'all' },
  method: { id: 'distillation', params: { width: 0.25, lambda, temperature: 4 } },
  training: { epochs: quick ? 2 : 8, batchSize: 64, optimizer: 'adam', learningRate: 0.001 }
})

export const distillationRows: readonly GauntletRow[] = [{
  id: 'cifar-distillation',
  title: 'Distillation on CIFAR-10 into a student of a quarter of the width',
  published: 'gain 0.9–2.5', where: 'RepDistiller; haitongli/knowledge-distillation-pytorch',
  methods: ['distillation'], data: ['cifar-10'], control: { name: 'no teacher', spec: (quick, teacher = 'arch:seed-cnn') => student(quick, teacher, 0) },
  band: { above: 0 }, seconds: { whole: 72, quick: 20 },
  source: (quick) => ({
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'cifar-10', labels: 'all' }, method: { id: 'scratch' },
    training: { epochs: quick ? 3 : 10, batchSize: 64, learningRate: 0.01 }
  }),
  spec: (quick, teacher = 'arch:seed-cnn') => student(quick, teacher, 9)
}]
