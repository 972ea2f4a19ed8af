import type { Metric, Run, RunProgress, Score, Spec } from '../../contract/runs'
import { defaultsOf } from '../../contract/parameters'
import { trainingParameters } from '../../contract/training'

const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const wobble = (at: number): number => Math.sin(at * 12.9898) * Math.cos(at * 4.1414)

export const fakeBackend = {
  kind: 'cpu' as const, library: 'TensorFlow 2.16.1', device: 'Intel Xeon (2 cores)', threads: 2, oneDnn: true
}

/** A spec over the sample. */
export function fakeSpec(changes: Partial<Spec> = {}): Spec {
  return {
    source: { model: 'arch:seed-cnn' }, target: { dataset: 'mnist-sample', labels: 'all' },
    method: { id: 'scratch', params: {} }, training: defaultsOf(trainingParameters), device: 'auto', ...changes
  }
}

/** A score near `accuracy` with a confusion matrix that adds up to it. */
export function fakeScore(accuracy: number, n = 599, classes: readonly string[] = digits): Score {
  const perClass = Math.floor(n / classes.length)
  const confusion = classes.map((_, truth) => {
    const right = Math.min(perClass, Math.round(perClass * (accuracy + 0.05 * wobble(truth + 1))))
    const row = classes.map(() => 0)
    row[truth] = right
    for (let wrong = 0; wrong < perClass - right; wrong += 1) {
      const other = (truth + 1 + (wrong * 3) % (classes.length - 1)) % classes.length
      row[other] = (row[other] ?? 0) + 1
    }
    return row
  })
  const total = confusion.flat().reduce((sum, count) => sum + count, 0)
  const right = confusion.reduce((sum, row, truth) => sum + (row[truth] ?? 0), 0)
  return {
    accuracy: right / total, loss: 1.2 * (1 - accuracy) + 0.05, n: total, confusion,
    perClass: classes.map((name, index) => ({ class: name, n: perClass, accuracy: (confusion[index]?.[index] ?? 0) / perClass }))
  }
}

/** The series of a run that learns: steps and epochs up to a moment, with the wobble of real ones. */
export function fakeMetrics(epochs: number, stepsPerEpoch = 17, { ceiling = 0.96, terms = ['total'] } = {}): Metric[] {
  const metrics: Metric[] = [{
    kind: 'log', seconds: 0.4, level: 'info',
    text: { en: 'Training on cpu: TensorFlow 2.16.1, 2 threads.', zh: '在 cpu 上训练：TensorFlow 2.16.1，2 个线程。' }
  }]
  for (let step = 0; step < epochs * stepsPerEpoch; step += 1) {
    const progress = (step + 1) / stepsPerEpoch
    const loss = 2.3 * Math.exp(-progress / 1.8) + 0.12 + 0.08 * wobble(step)
    const epoch = Math.floor(step / stepsPerEpoch)
    metrics.push({
      kind: 'step', stage: 0, epoch: epoch + 1, step: step + 1, seconds: step * 0.08, learningRate: 0.01,
      losses: Object.fromEntries(terms.map((term, index) => [term, loss / (index + 1)]))
    })
    if ((step + 1) % stepsPerEpoch === 0) {
      const accuracy = ceiling * (1 - 0.85 * Math.exp(-progress / 1.3))
      metrics.push({
        kind: 'epoch', stage: 0, epoch: epoch + 1, step: step + 1, seconds: step * 0.08, imagesPerSecond: 1240,
        train: { loss, accuracy: Math.min(1, accuracy + 0.02) },
        validation: { loss: loss + 0.06, accuracy: accuracy - 0.02 + 0.008 * wobble(epoch) }
      })
    }
  }
  return metrics
}

/** A run's record; `state` decides what else it has. */
export function fakeRun(id: string, changes: Partial<Run> = {}): Run {
  const state = changes.state ?? 'done'
  const spec = changes.spec ?? fakeSpec()
  return {
    schemaVersion: 1, id, name: 'Seed CNN from scratch on MNIST digits', state, spec,
    createdAt: '2026-05-04T10:00:00.000Z', startedAt: '2026-05-04T10:00:01.000Z',
    ...(state === 'done' && { finishedAt: '2026-05-04T10:01:12.000Z', metrics: { test: fakeScore(0.962), validation: fakeScore(0.958, 500) } }),
    names: { source: 'Seed CNN', target: 'MNIST digits (sample)', method: 'From scratch' },
    epochs: spec.training.epochs, seconds: 71, imagesPerSecond: 1240, backend: fakeBackend,
    ...(state !== 'done' && { metrics: {} }),
    chosen: { epoch: 8, score: 'validation accuracy', value: 0.958 },
    versions: { graft: '0.1.0', node: '24.11.0' }, dataHashes: {}, notes: [], ...changes
  } as Run
}

/** Where a run stands after so many of its steps. */
export function fakeProgress(run: Run, step: number, stepsPerEpoch = 17): RunProgress {
  const { epochs } = run.spec.training
  return {
    runId: run.id, state: run.state, phase: step === 0 ? 'loading' : 'training', stage: 0, stages: 1,
    stageName: { en: 'Training', zh: '训练' }, epoch: Math.floor(step / stepsPerEpoch), epochs, step, steps: epochs * stepsPerEpoch,
    stepInEpoch: step % stepsPerEpoch, stepsPerEpoch, seconds: step * 0.08, imagesPerSecond: 1240,
    secondsLeft: (epochs * stepsPerEpoch - step) * 0.08, backend: fakeBackend
  }
}
