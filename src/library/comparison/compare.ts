import type { Comparison, PairedDifference, Reliability, Run } from '../../contract/runs'
import { GraftError } from '../../contract/errors'
import type { Text } from '../../contract/text'
import { reliabilityOf } from '../../rules/statistics/reliability'
import { judgeTogether, judgeTwo } from '../../rules/statistics/verdicts'
import { testedOnSameImages } from '../../rules/tested'
import type { Library } from '../library'
import { otherImages, readTestConfidences, rightAnswers } from './tested'

/**
 * Runs side by side: the first against each other one, paired by test image, so that the same hard images do not blur
 * the difference. Runs that were tested on different images are not comparable, and the reason says so.
 * @throws `run-not-found`; `file-damaged`, `dataset-damaged`, `predictions-damaged` rather than a difference made of damaged answers
 */
export async function compareRuns(library: Pick<Library, 'datasets' | 'runs'>, ids: readonly string[]): Promise<Comparison> {
  const runs = await Promise.all(ids.map((id) => library.runs.get(id)))
  const [first, ...others] = runs
  const differences: PairedDifference[] = []
  if (first) for (const second of others) differences.push(await compareTwo(library, first, second))
  return { runs, differences: judgeTogether(differences).map((pair) => first ? earned(pair, first) : pair), reliability: await reliabilityOfAll(library, runs) }
}

/** How right each run was where it was how sure, of those that kept both. */
async function reliabilityOfAll(library: Pick<Library, 'datasets' | 'runs'>, runs: readonly Run[]): Promise<Record<string, Reliability>> {
  const found: [string, Reliability][] = []
  for (const run of runs) {
    // Damaged ones cost this run its diagram and nobody their comparison; `graft repair` names the file.
    const confidences = await readTestConfidences(library, run).catch((error: unknown) => {
      if (error instanceof GraftError && error.code === 'predictions-damaged') return undefined
      throw error
    })
    const answers = confidences && await rightAnswers(library, [run])
    const reliability = answers && 'right' in answers ? reliabilityOf(confidences, answers.right[0]!) : undefined
    if (reliability) found.push([run.id, reliability])
  }
  return Object.fromEntries(found)
}

async function compareTwo(library: Pick<Library, 'datasets' | 'runs'>, first: Run, second: Run): Promise<PairedDifference> {
  const pair = { first: first.id, second: second.id }
  const [before, after] = [first.metrics.test, second.metrics.test]
  if (!before || !after) return { ...pair, difference: 0, verdict: 'not-comparable', reason: noTest(before ? second : first) }
  const difference = after.accuracy - before.accuracy
  if (!testedOnSameImages(first, second)) return { ...pair, difference, verdict: 'not-comparable', reason: otherImages }
  const answers = await rightAnswers(library, [first, second])
  if ('reason' in answers && answers.damaged) throw answers.damaged
  if ('reason' in answers) return { ...pair, difference, verdict: 'no-evidence', reason: answers.reason }
  const [one, other] = answers.right
  return { ...pair, ...judgeTwo({ first: one!, second: other! }) }
}

/** To beat a run that has not learned proves nothing. */
function earned(pair: PairedDifference, first: Run): PairedDifference {
  return pair.verdict === 'better' && first.unlearned ? { ...pair, verdict: 'no-evidence', reason: unlearned(first) } : pair
}

const unlearned = (run: Run): Text => ({
  en: `"${run.name}" has not learned: to beat it proves nothing. Give it more epochs.`,
  zh: `“${run.name}”尚未学会：胜过它不能说明什么。请增加它的训练轮数。`
})
const noTest = (run: Run): Text => ({
  en: `"${run.name}" has no test result.`,
  zh: `“${run.name}”没有测试结果。`
})
