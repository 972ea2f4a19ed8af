import type { Settings } from '../../contract/app'
import { createFakeApi, type FakeState } from './fake-api'
import { fakeModel } from './fake-library'
import { fakeMetrics, fakeRun, fakeScore, fakeSpec } from './fake-runs'
import { simulateTraining } from './simulate'

/**
 * The whole window in a plain browser over a fake main process:
 * `npx vite --config src/renderer/testing/vite.config.mts`, then `/testing/dev.html?language=zh&theme=dark&first=1#/transfer`.
 */
const query = new URLSearchParams(location.search)
const settings: Settings = {
  language: query.get('language') === 'zh' ? 'zh' : 'en', theme: query.get('theme') === 'dark' ? 'dark' : 'light', device: 'auto'
}

const transfers = [
  { id: 'tuned', method: 'fine-tuning', title: 'Fine-tuning', accuracy: 0.943 },
  { id: 'probed', method: 'linear-probe', title: 'Linear probe', accuracy: 0.872 },
  { id: 'fresh', method: 'scratch', title: 'From scratch', accuracy: 0.811 }
]
const runs = [
  fakeRun('mnist-run'),
  ...transfers.map(({ id, method, title, accuracy }, index) => fakeRun(id, {
    name: `${title} on UCI digits, 10 per class`, createdAt: `2026-05-04T1${index + 1}:00:00.000Z`,
    names: { source: index === 2 ? 'Seed CNN' : 'Seed CNN from scratch on MNIST digits', target: 'UCI optical digits', method: title },
    spec: fakeSpec({
      source: { model: index === 2 ? 'arch:seed-cnn' : 'run:mnist-run' }, target: { dataset: 'digits', labels: { perClass: 10 } },
      method: { id: method, params: {} }
    }),
    metrics: { test: fakeScore(accuracy), validation: fakeScore(accuracy - 0.01, 120) }
  })),
  fakeRun('broken', {
    state: 'interrupted', name: 'Fine-tuning on CIFAR-10', epochs: 4, createdAt: '2026-05-04T15:00:00.000Z',
    names: { source: 'Seed CNN from scratch on MNIST digits', target: 'CIFAR-10', method: 'Fine-tuning' },
    spec: fakeSpec({ source: { model: 'run:mnist-run' }, target: { dataset: 'cifar-10', labels: 'all' }, method: { id: 'fine-tuning', params: {} } }),
    checkpoint: { epoch: 4, step: 68, savedAt: '2026-05-04T15:04:00.000Z' },
    error: {
      code: 'worker-killed', message: { en: 'The training process was killed by the system (signal SIGKILL).', zh: '训练进程被系统终止（信号 SIGKILL）。' },
      remedy: { en: 'A smaller batch needs less memory.', zh: '较小的批需要更少内存。' },
      details: 'exit code null, signal SIGKILL, resident 1.9 GB'
    }
  })
]
const first: Partial<FakeState> = { runs: [], models: [] }
const later: Partial<FakeState> = {
  runs, metrics: new Map(runs.map((run) => [run.id, fakeMetrics(run.epochs)])),
  models: [fakeModel('run:mnist-run', 'Seed CNN from scratch on MNIST digits'), fakeModel('run:tuned', 'Fine-tuning on UCI digits, 10 per class')]
}
const fake = createFakeApi({ settings, ...(query.get('first') === '1' ? first : later) })
simulateTraining(fake)
window.graft = fake.bridge
Object.assign(window, { fake })
await import('../main')
