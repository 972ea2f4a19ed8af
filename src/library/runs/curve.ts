import type { RunCurve } from '../../contract/marks'
import { curveOf } from '../../rules/marks'
import type { RunStore } from './store'

/** How a run went, in few points; undefined where it tells no accuracy. @throws GraftError `run-not-found` */
export async function curveOfRun({ runs }: { runs: RunStore }, id: string): Promise<RunCurve | undefined> {
  const { chosen } = await runs.get(id)
  return curveOf(await runs.readMetrics(id, { epochsOnly: true }), chosen)
}
