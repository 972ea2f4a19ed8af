import { GraftError } from '../../contract/errors'
import { twinRoles, type Run, type TwinRole } from '../../contract/runs'
import type { ArmScore, StudyReport, StudyVerdict, TwinComparison } from '../../contract/studies'
import type { Text } from '../../contract/text'
import { computedDifferently } from '../../rules/computed-on'
import { depthCurve } from '../../rules/studies/depths'
import { differingSettings } from '../../rules/studies/differing'
import { keyOfSpec, withSeed } from '../../rules/studies/plan'
import { balanceOf, type Balance } from '../../rules/statistics/balance'
import { momentsOf } from '../../rules/statistics/student'
import { belowWords, boundWords, judgeSeeds, mcnemarWords, notCorrected, studyVerdictOf } from '../../rules/statistics/verdicts'
import { testedOnSameImages, testedWords } from '../../rules/tested'
import type { Library } from '../library'
import { compareRuns } from '../comparison/compare'
import { otherImages, rightAnswers } from '../comparison/tested'

type Reading = Pick<Library, 'datasets' | 'runs'>

/**
 * What the runs of a study say together. An arm is all candidates that differ only in their seed. Each arm has its mean
 * and, against each twin, the difference with its 95 % interval and a verdict. Runs that are not done count as missing.
 * @throws `study-not-found`
 */
export async function studyReport(library: Reading, id: string): Promise<StudyReport> {
  const runs = (await library.runs.ofStudy(id)).reverse()
  if (runs.length === 0) throw studyNotFound(id)
  const arms = new Map<string, Run[]>()
  for (const run of runs) {
    if (run.study?.role !== 'candidate') continue
    const key = keyOfSpec(withSeed(run.spec, 0))
    arms.set(key, [...arms.get(key) ?? [], run])
  }
  const byId = new Map(runs.map((run) => [run.id, run]))
  const settings = differingSettings([...arms.values()].map(([first]) => first!.spec))
  const depths = depthCurve([...arms.values()].map((candidates) => ({ run: candidates[0]!, score: scoreOf(candidates) })))
  const reported = await Promise.all([...arms.values()].map(async (candidates, index) => ({
    method: candidates[0]!.spec.method.id, settings: settings[index] ?? {}, score: scoreOf(candidates),
    twins: await Promise.all(twinRoles.filter((role) => candidates.some((run) => run.study?.twins?.[role]))
      .map((role) => againstTwin(library, role, candidates, byId))),
    notes: [testedWords(candidates[0]!.spec) ?? [], candidates[0]!.study?.notes ?? []].flat()
  })))
  const judged = reported.filter(({ twins }) => twins.some(({ verdict }) => verdict !== undefined))
  const notes = [judged.length > 1 ? notCorrected : [], computedDifferently(runs.filter(isDone)) ?? []].flat()
  return {
    id, runs: runs.length, done: runs.filter(isDone).length, ...(depths && { depths }), arms: reported,
    ...(notes.length > 0 && { note: joined(notes) })
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
  const compared = await comparePairs(library, pairs, role !== 'target-supervised')
  const bound = role === 'target-supervised' ? boundWords(compared.difference) : undefined
  return {
    role, twin: scoreOf(pairs.map(({ twin }) => twin)), ...compared,
    ...(bound && { reason: joined([bound, ...(compared.reason ? [compared.reason] : [])]) })
  }
}

/** Two runs with the same seed: the one that is judged, and the one it is judged against. */
interface RunPair { run: Run, twin: Run }

/**
 * What pairs of runs say together: the mean difference of their test accuracies with its 95 % interval. The interval is
 * over seeds or, if there is only one pair, over test images. Pairs that are not done count as missing.
 * @param judged whether the other side is a rival, so that a verdict makes sense
 */
export async function comparePairs(
  library: Reading, pairs: readonly RunPair[], judged = true
): Promise<Omit<TwinComparison, 'role' | 'twin'>> {
  const ready = pairs.filter(({ run, twin }) => isDone(run) && isDone(twin))
  const done = ready.filter(({ run, twin }) => testedOnSameImages(run, twin))
  const [first, ...others] = done
  if (!first) return { pairs: 0, reason: ready.length > 0 ? otherImages : notYet }
  const { verdict, reason, ...found } = earned(others.length === 0 ? await overImages(library, first) : await overSeeds(library, done), done)
  const told = [belowWords({ difference: judged ? found.difference : undefined, verdict }) ?? [], reason ?? []].flat()
  const [arm, twin] = [first.run.steps, first.twin.steps]
  return {
    pairs: done.length, ...found, ...(told.length > 0 && { reason: joined(told) }), ...(judged && { verdict }),
    ...(arm !== undefined && twin !== undefined && { steps: { arm, twin } })
  }
}

type Judged = Pick<TwinComparison, 'difference' | 'interval' | 'over' | 'reason'> & { verdict: StudyVerdict }

/** To beat a control that has not learned proves nothing. */
function earned(judged: Judged, pairs: readonly RunPair[]): Judged {
  if (judged.verdict !== 'helped' || !pairs.some(({ twin }) => twin.unlearned)) return judged
  return { ...judged, verdict: 'no-evidence', reason: joined([controlUnlearned, ...(judged.reason ? [judged.reason] : [])]) }
}

/** One seed: compares the answers to the same test images. */
async function overImages(library: Reading, { run, twin }: RunPair): Promise<Judged> {
  const answers = await rightAnswers(library, [twin, run])
  if ('reason' in answers && answers.damaged) return { verdict: 'no-evidence', reason: answers.reason }
  const { differences: [found] } = await compareRuns(library, [twin.id, run.id])
  if (!found) return { verdict: 'no-evidence' }
  const { difference, interval, verdict, mcnemar, reason } = found
  return {
    difference, ...(interval && { interval, over: 'images' as const }), verdict: studyVerdictOf(verdict),
    reason: joined([...(mcnemar ? [mcnemarWords(mcnemar)] : []), reason ?? oneSeed])
  }
}

/** Several seeds: compares the answers to the same test images too, if all runs kept theirs. */
async function overSeeds(library: Reading, pairs: readonly RunPair[]): Promise<Judged> {
  const answers = await rightAnswers(library, pairs.flatMap(({ run, twin }) => [twin, run]))
  const paired = 'reason' in answers ? undefined
    : pairs.map((_, index) => ({ first: answers.right[2 * index]!, second: answers.right[2 * index + 1]! }))
  return judgeSeeds(pairs.map(({ run, twin }) => run.metrics.test!.accuracy - twin.metrics.test!.accuracy), paired)
}

const joined = (texts: readonly Text[]): Text => ({ en: texts.map(({ en }) => en).join(' '), zh: texts.map(({ zh }) => zh).join('') })

/** Mean and spread of the accuracy of the runs that are done, on their test or validation images, with balanced accuracy and macro-F1. */
export function scoreOf(runs: readonly Run[], split: 'test' | 'validation' = 'test'): ArmScore {
  const ids = [...new Set(runs.map(({ id }) => id))]
  const accuracies = runs.filter(isDone).flatMap(({ metrics }) => metrics[split]?.accuracy ?? [])
  const balances = runs.filter(isDone).flatMap(({ metrics }) => metrics[split] ?? []).map(balanceOf)
  return {
    runs: ids, done: accuracies.length, ...(accuracies.length > 0 && momentsOf(accuracies)),
    ...meanOfAll('balancedAccuracy', balances), ...meanOfAll('macroF1', balances)
  }
}

/** The mean over all, where every one has it. */
function meanOfAll(name: keyof Balance, balances: readonly Balance[]): Balance {
  const values = balances.flatMap((balance) => balance[name] ?? [])
  return values.length > 0 && values.length === balances.length ? { [name]: momentsOf(values).mean } : {}
}

function studyNotFound(id: string): GraftError {
  return new GraftError('study-not-found', {
    en: `There is no study "${id}".`, zh: `没有名为“${id}”的研究。`
  }, { field: 'study', usage: true, remedy: { en: 'Runs of a study name it: see graft runs show RUN.', zh: '研究中的运行会注明其所属：见 graft runs show RUN。' } })
}

const controlUnlearned: Text = {
  en: 'The control has not learned: to beat it proves nothing. Give both more epochs.', zh: '对照尚未学会：胜过它不能说明什么。请增加两者的训练轮数。'
}
const notYet: Text = { en: 'No pair of runs with the same seed is done yet.', zh: '尚无相同种子的一对运行完成。' }
const oneSeed: Text = {
  en: 'One seed: the interval is over test images and says nothing about other seeds.',
  zh: '只有一个种子：区间针对测试图像，不反映其他种子的情况。'
}
