import type { RunOverview } from '../contract/run-overview'
import type { Run } from '../contract/runs'
import { balanceOf } from './statistics/balance'

/** The overview of a run: what a list of thousands is made of. */
export function overviewOf(run: Run): RunOverview {
  const {
    id, name, state, createdAt, names, epochs, seconds, unlearned, error, owner, away, leftThere, study, prediction, marks,
    spec: { source, target, method, training }, metrics: { test }, backend
  } = run
  return {
    id, name, state, createdAt, names, epochs, seconds, unlearned, error, owner, away, leftThere, study, prediction, marks,
    spec: { source, target, method: { id: method.id }, training: { epochs: training.epochs } },
    metrics: test ? { test: { accuracy: test.accuracy, loss: test.loss, n: test.n, perClass: [], ...balanceOf(test) } } : {},
    ...(backend && { backend: { kind: backend.kind } })
  }
}
