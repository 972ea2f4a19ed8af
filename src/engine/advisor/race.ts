import { adviceWantedSchema, type Entrant, type Race, type RaceProgress, type RaceRequest, type Recommendation } from '../../contract/advice'
import { GraftError } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import { namesOf } from '../../library'
import { keepRace } from '../../library/runs'
import { bestOf, entrantsFor, epochsWithin, goOn, judgedBy, raceRemarks, roundsOf, shortened } from '../../rules/advice/race'
import { entrantsOf } from '../../rules/advice/recommend'
import { usualName } from '../../rules/specs/names'
import { catalogue } from '../catalogue'
import type { Surroundings } from '../surroundings'
import { lookAround } from './advise'

interface RaceHooks {
  signal: AbortSignal
  onProgress(progress: RaceProgress): void
}

interface RaceSurroundings extends Surroundings {
  /** Carries a run out. `stopAfterEpoch` ends it after the epoch it is in. */
  train(runId: string, hooks: { signal: AbortSignal, stopAfterEpoch: AbortSignal, onProgress(): void }): Promise<Run>
  /** Whether more of a score without labels is better. */
  higherIsBetter(score: string): boolean
}

/** Time for rounds where looking has taken nearly all, in seconds. */
const leastSeconds = 20

/** One method in the race. */
interface Racer { recommendation: Recommendation, entrant: Entrant, value?: number | undefined }

/**
 * Successive halving: the methods that may do best are trained a little, the better half of them longer, and so on until one
 * is left. What chooses is accuracy on granted validation labels, or without labels one score for all; the test has no say.
 * Each training is an ordinary run. The last epoch and the test of a run may end a little after the time that was given.
 * @throws `race-needs-two`, `race-needs-validation`, and what advice throws
 */
export async function race(wanted: RaceRequest, { signal, onProgress }: RaceHooks, surroundings: RaceSurroundings): Promise<Race> {
  const began = performance.now()
  const elapsed = (): number => (performance.now() - began) / 1000
  const { minutes, ...asked } = wanted
  const total = minutes * 60
  const { library } = surroundings
  const { ground } = await lookAround(adviceWantedSchema.parse(asked), {
    signal, onProgress: (phase, done, of) => onProgress({ phase, done, total: of })
  }, surroundings)
  const labelled = wanted.target.labels !== 'none'
  const dataset = await library.datasets.get(wanted.target.dataset)
  if (labelled && (dataset.splits.validation?.count ?? 0) === 0) throw needsValidation(dataset.name)
  const candidates = entrantsOf(ground)
  if (candidates.length < 2) throw needsTwo()
  const deadline = Math.max(total, elapsed() + leastSeconds)
  const field = candidates.slice(0, entrantsFor(deadline - elapsed(), candidates.length))
    .map((recommendation): Racer => ({ recommendation, entrant: { method: recommendation.method, title: recommendation.title, runs: [] } }))
  let by = labelled ? 'validation' : ''
  let images: number | undefined
  let standing = field
  const rounds = roundsOf(field.length)
  for (const [index, places] of rounds.entries()) {
    if (index > 0) standing = goOn(standing, places)
    const roundEnds = elapsed() + (deadline - elapsed()) / (rounds.length - index)
    for (const [place, racer] of standing.entries()) {
      const { spec } = racer.recommendation
      // Whoever has run its whole course is what it is.
      if (racer.entrant.runs.some(({ epochs, of }) => epochs >= of)) continue
      const seconds = Math.max(1, (roundEnds - elapsed()) / (standing.length - place))
      const { run, whole } = await carryOut(racer, epochsWithin(seconds, spec.training.epochs, racer.recommendation.seconds), seconds, index)
      if (by === '' && run.selection) by = run.selection.score
      racer.value = judgedBy(run, by, by === '' || labelled || surroundings.higherIsBetter(by))
      images ??= labelled ? run.metrics.validation?.n : undefined
      if (racer.value === undefined) racer.entrant.out ??= whyOut(run)
      racer.entrant.runs.push({
        id: run.id, round: index + 1, epochs: whole ? spec.training.epochs : Math.min(run.epochs, spec.training.epochs), of: spec.training.epochs,
        seconds: run.seconds, ...(racer.value !== undefined && { value: racer.value })
      })
    }
  }
  const byValue = (one: Racer, other: Racer): number => (other.value ?? -Infinity) - (one.value ?? -Infinity)
  const entrants = [...field].sort((one, other) => rank(other) - rank(one) || byValue(one, other)).map(({ entrant }) => entrant)
  const best = bestOf(entrants[0]!)
  const winner = best === undefined ? undefined : { method: entrants[0]!.method, run: entrants[0]!.runs.find(({ value }) => value === best)!.id, value: best }
  const found = { by, ...(images !== undefined && { images }), entrants, ...(winner && { winner }) }
  const ended: Race = { wanted, ...found, remarks: raceRemarks(found), seconds: elapsed(), at: new Date().toISOString() }
  await keepRace(library.dataDir, ended)
  return ended

  /** How far a method came: those that stood at the end before those that had fallen out. */
  function rank(racer: Racer): number {
    return racer.value === undefined ? -1 : (standing.includes(racer) ? 1000 : 0) + (racer.entrant.runs.at(-1)?.round ?? 0)
  }

  /** Trains so many epochs, or as many as the seconds allow; `whole` where that was all there is to do. */
  async function carryOut(
    { recommendation: { title, spec: full } }: Racer, epochs: number, seconds: number, index: number
  ): Promise<{ run: Run, whole: boolean }> {
    const spec = shortened(full, epochs)
    const names = await namesOf(spec, library, catalogue())
    const tell = (): void => onProgress({
      phase: 'racing', done: Math.min(elapsed(), deadline), total: deadline, secondsLeft: Math.max(0, deadline - elapsed()),
      round: index + 1, rounds: rounds.length, method: title
    })
    tell()
    const { id } = await library.runs.create(spec, { names, name: usualName(names) })
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), seconds * 1000)
    try {
      const run = await surroundings.train(id, { signal, stopAfterEpoch: stop.signal, onProgress: tell })
      signal.throwIfAborted()
      const note = {
        en: `Round ${index + 1} of ${rounds.length} of a race: ${run.epochs} of the ${full.training.epochs} epochs that it would have by itself.`,
        zh: `竞赛第 ${index + 1}/${rounds.length} 轮：训练 ${run.epochs} 轮，单独运行时为 ${full.training.epochs} 轮。`
      }
      const noted = await library.runs.update(id, (record) => ({ ...record, notes: [...record.notes, note] }))
      return { run: noted, whole: run.state === 'done' && spec === full && !stop.signal.aborted }
    } finally {
      clearTimeout(timer)
    }
  }
}

const whyOut = ({ error }: Run): Entrant['out'] => error?.message ?? { en: 'It has no score to be judged by.', zh: '没有可供评判的分数。' }

const needsValidation = (name: string): GraftError => new GraftError('race-needs-validation', {
  en: `“${name}” has no validation images: nothing could judge a race but the test, which may not.`, zh: `“${name}”没有验证图像：除不可使用的测试图像外，无从评判竞赛。`
}, { usage: true, field: 'target.dataset', remedy: { en: 'Make a version of the data set with a validation part.', zh: '请为数据集制作含验证部分的版本。' } })

const needsTwo = (): GraftError => new GraftError('race-needs-two', {
  en: 'Fewer than two of the measured methods can start with what is chosen.', zh: '所选内容可启动的实测方法不足两个。'
}, { usage: true, field: 'target.labels', remedy: { en: 'Grant a few labels per class, or choose a trained source.', zh: '请为每类授予少量标签，或选择训练过的源模型。' } })
