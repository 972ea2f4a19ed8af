import type { JobStatus } from '../../contract/jobs/status'
import type { Run } from '../../contract/runs'
import type { FakeApi } from './fake-api'
import { fakeJob, trainingProgress } from './fake-jobs'
import { fakeMetrics, fakeProgress, fakeScore } from './fake-runs'

const stepsPerEpoch = 17

/** Lets every run that starts or goes on in a fake main process "train", ten messages a second. For the development page. */
export function simulateTraining(fake: FakeApi, stepsPerMessage = 2): void {
  const place = new Map<string, number>()
  const latest = (id: string): Run | undefined => fake.state.runs.find((run) => run.id === id)
  const put = (run: Run): void => {
    fake.state.runs = fake.state.runs.map((other) => other.id === run.id ? run : other)
    fake.emit('runs', 'changed', { id: run.id, run })
  }
  function job(run: Run, state: JobStatus['state'], step: number): void {
    const status = fakeJob('train', {
      id: `job-${run.id}`, title: run.name, state, runId: run.id, progress: trainingProgress(fakeProgress(run, step, stepsPerEpoch))
    })
    fake.state.jobs = [...fake.state.jobs.filter((other) => other.id !== status.id), status]
    fake.emit('jobs', 'changed', status)
  }
  function train(started: Run): void {
    const series = fakeMetrics(started.spec.training.epochs, stepsPerEpoch)
    const timer = setInterval(() => {
      const run = latest(started.id)
      const before = place.get(started.id) ?? 0
      const step = before + stepsPerMessage
      const last = started.spec.training.epochs * stepsPerEpoch
      if (!run || run.state === 'cancelled') {
        clearInterval(timer)
        if (run) job(run, 'cancelled', before)
        return
      }
      const metrics = series.filter((metric) => 'step' in metric && metric.step > before && metric.step <= step)
      fake.state.metrics.set(run.id, [...fake.state.metrics.get(run.id) ?? [], ...metrics])
      place.set(run.id, step)
      if (step >= last) {
        clearInterval(timer)
        put({
          ...run, state: 'done', epochs: run.spec.training.epochs, seconds: last * 0.08, finishedAt: new Date().toISOString(),
          metrics: { test: fakeScore(0.941), validation: fakeScore(0.94, 120) }
        })
        job(run, 'done', last)
        return
      }
      const running: Run = { ...run, state: 'running', epochs: Math.floor(step / stepsPerEpoch) }
      if (run.state !== 'running') put(running)
      fake.emit('runs', 'progress', { progress: fakeProgress(running, step, stepsPerEpoch), metrics })
      job(running, 'running', step)
    }, 100)
  }
  const { start, resume } = fake.handlers.runs
  fake.handlers.runs.start = async (input) => {
    const run = await start(input) as Run
    train(run)
    return run
  }
  fake.handlers.runs.resume = async (input) => {
    const run = await resume(input) as Run
    train(run)
    return run
  }
}
