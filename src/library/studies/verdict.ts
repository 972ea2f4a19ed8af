import { GraftError } from '../../contract/errors'
import { twinRoles, type Run, type TwinRole } from '../../contract/runs'
import type { ArmScore, StudyReport, TwinComparison } from '../../contract/studies'
import type { Text } from '../../contract/text'
import type { Library } from '..'
import { compareRuns } from '../comparison/compare'
import { depthCurve } from './depths'
import { differingSettings } from './differing'
import { keyOf, withSeed } from './plan'

type Reading = Pick<Library, 'datasets' | 'runs'>

/**
 * What the runs of a study say together: each arm (candidates that differ in their seed alone) with its mean, and
 * against its twins the difference with its 95 % interval and a verdict. Runs that are not done count as missing.
 * @throws `study-not-found`
 */
export async function studyReport(library: Reading, id: string): Promise<StudyReport> {
  const runs = (await library.runs.list()).runs.filter((run) => run.study?.id === id).reverse()
  if (runs.length === 0) throw studyNotFound(id)
  const arms = new Map<string, Run[]>()
  for (const run of runs) {
    if (run.study?.role !== 'candidate') continue
    const key = keyOf(withSeed(run.spec, 0))
    arms.set(key, [...arms.get(key) ?? [], run])
  }
  const byId = new Map(runs.map((run) => [run.id, run]))
  const settings = differingSettings([...arms.values()].map(([first]) => first!.spec))
  const depths = depthCurve([...arms.values()].map((candidates) => ({ run: candidates[0]!, score: scoreOf(candidates) })))
  return {
    id, runs: runs.length, done: runs.filter(isDone).length, ...(depths && { depths }),
    arms: await Promise.all([...arms.values()].map(async (candidates, index) => ({
      method: candidates[0]!.spec.method.id, settings: settings[index] ?? {}, score: scoreOf(candidates),
      twins: await Promise.all(twinRoles.filter((role) => candidates.some((run) => run.study?.twins?.[role]))
        .map((role) => againstTwin(library, role, candidates, byId))),
      notes: candidates[0]!.study?.notes ?? []
    })))
  }
}

const isDone = (run: Run): boolean => run.state === 'done' && run.metrics.test !== undefined

async function againstTwin(
  library: Reading, role: TwinRole, candidates: readonly Run[], byId: ReadonlyMap<string, Run>
): Promise<TwinComparison> {
  const pairs = candidates.flatMap((run) => {
    const twin = byId.get(run.study?.twins?.[role] ?? '')
    return twin ? [{ run, twin }] : []
  })
  return { role, twin: scoreOf(pairs.map(({ twin }) => twin)), ...await comparePairs(library, pairs, role !== 'target-supervised') }
}

/** Two runs of one seed: what is judged, and what it is judged against. */
export interface RunPair { run: Run, twin: Run }

/**
 * What pairs of runs say together: the mean difference of their test accuracies with its 95 % interval, over seeds or,
 * where there is one pair, over test images. Pairs that are not done count as missing.
 * @param judged whether the other side is a rival, so that a verdict makes sense
 */
export async function comparePairs(
  library: Reading, pairs: readonly RunPair[], judged = true
): Promise<Omit<TwinComparison, 'role' | 'twin'>> {
  const done = pairs.filter(({ run, twin }) => isDone(run) && isDone(twin) && sameTestImages(run, twin))
  const [first, ...others] = done
  if (!first) return { pairs: 0, reason: notYet }
  const found = others.length === 0
    ? await overImages(library, first)
    : { ...pairedBySeed(done.map(({ run, twin }) => run.metrics.test!.accuracy - twin.metrics.test!.accuracy)), over: 'seeds' as const }
  return { pairs: done.length, ...found, ...(judged && { verdict: verdictOf(found.interval) }) }
}

/** A data set can be imported anew under the same id between two runs of a study. */
function sameTestImages(run: Run, twin: Run): boolean {
  return ['images', 'labels'].every((part) => {
    const name = `${run.spec.target.dataset}/test/${part}`
    return run.dataHashes[name] === twin.dataHashes[name]
  })
}

/** One seed: the answers to the same test images. */
async function overImages(library: Reading, { run, twin }: RunPair):
Promise<Pick<TwinComparison, 'difference' | 'interval' | 'over' | 'reason'>> {
  const { differences: [found] } = await compareRuns(library, [twin.id, run.id])
  if (!found || found.verdict === 'not-comparable') return found?.reason ? { reason: found.reason } : {}
  return {
    difference: found.difference, over: 'images',
    ...(found.interval && { interval: found.interval }), reason: found.reason ?? oneSeed
  }
}

/** An interval on one side of zero is evidence; anything else is none. */
export function verdictOf(interval: readonly [number, number] | undefined): NonNullable<TwinComparison['verdict']> {
  if (!interval) return 'no-evidence'
  return interval[0] > 0 ? 'helped' : interval[1] < 0 ? 'negative-transfer' : 'no-evidence'
}

/**
 * Mean of differences, one a seed, with its 95 % interval: mean ± t · s / √n, t of Student's distribution with n − 1
 * degrees of freedom, s the sample standard deviation.
 */
export function pairedBySeed(differences: readonly number[]): { difference: number, interval: [number, number] } {
  const { mean, standardDeviation } = momentsOf(differences)
  const margin = studentQuantile(differences.length - 1) * (standardDeviation ?? Number.POSITIVE_INFINITY) / Math.sqrt(differences.length)
  return { difference: mean, interval: [mean - margin, mean + margin] }
}

function momentsOf(values: readonly number[]): { mean: number, standardDeviation?: number } {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  if (n < 2) return { mean }
  return { mean, standardDeviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) }
}

/** The 97.5 % quantile of Student's t: tables for few degrees of freedom, Abramowitz and Stegun 26.7.5 beyond (error < 1e-5). */
export function studentQuantile(degreesOfFreedom: number): number {
  const tabled = few[degreesOfFreedom - 1]
  if (tabled !== undefined) return tabled
  const n = degreesOfFreedom
  const z = 1.959963985
  return z + (z ** 3 + z) / (4 * n) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * n ** 2)
    + (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * n ** 3)
    + (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / (92160 * n ** 4)
}
const few = [12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139]

/** Mean accuracy of the runs that are done, on their test or validation images, and how it spreads. */
export function scoreOf(runs: readonly Run[], split: 'test' | 'validation' = 'test'): ArmScore {
  const ids = [...new Set(runs.map(({ id }) => id))]
  const accuracies = runs.filter(isDone).flatMap(({ metrics }) => metrics[split]?.accuracy ?? [])
  return { runs: ids, done: accuracies.length, ...(accuracies.length > 0 && momentsOf(accuracies)) }
}

function studyNotFound(id: string): GraftError {
  return new GraftError('study-not-found', {
    en: `There is no study "${id}".`, zh: `没有名为“${id}”的研究。`
  }, { field: 'study', usage: true, remedy: { en: 'Runs of a study name it: see graft runs show RUN.', zh: '研究中的运行会注明其所属：见 graft runs show RUN。' } })
}

const notYet: Text = { en: 'No pair of runs with the same seed is done yet.', zh: '尚无相同种子的一对运行完成。' }
const oneSeed: Text = {
  en: 'One seed: the interval is over test images and says nothing about other seeds.',
  zh: '只有一个种子：区间针对测试图像，不反映其他种子的情况。'
}
