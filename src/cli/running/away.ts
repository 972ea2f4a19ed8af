import type { Place } from '../../contract/workers'
import type { Run, RunProgress } from '../../contract/runs'
import { stateNames, hasDiverged, isOpen } from '../../rules/states'
import { percent } from '../../rules/format/figures'
import { forgetStopWish, wishToStop } from '../../library/runs'
import { isPassing, lookAfterRuns, openBackend } from '../../remote'
import type { Context } from '../context'

const waitingText = {
  en: 'Waiting; what was given out goes on there, and is picked up as soon as it answers.', zh: '正在等待；已交出的运行会在那里继续，恢复应答后即可取回。'
}

/** Says that the runs are to be computed there: those that have not ended well, and are not away already. */
export async function sendAway(context: Pick<Context, 'library' | 'notice'>, runs: readonly Run[], place: Place): Promise<void> {
  // An address that cannot be right is told before anything is written.
  openBackend(place.on)
  const { library } = context
  const otherPlaces = new Set<string>()
  for (const { id, state, error, away } of runs) {
    if (state === 'done' || hasDiverged({ state, error })) continue
    const isOut = away !== undefined && isOpen({ state })
    // What was to be cancelled when the last command was ended goes on being cancelled.
    if (!isOut) await forgetStopWish(library.runs.paths(id).folder)
    else if (away.place.on !== place.on) otherPlaces.add(away.place.on)
    await library.runs.update(id, ({ error: _error, finishedAt: _finishedAt, owner: _owner, ...run }) => run.away && isOpen(run)
      // What is out already goes on under the id that it has.
      ? { ...run, away: { ...run.away, ...(run.away.place.on === place.on && { place: { ...place, store: run.away.place.store } }) } }
      : { ...run, state: 'queued', away: { place, attempt: 0 } })
  }
  for (const on of otherPlaces) {
    context.notice({
      en: `Runs of this study are out on ${on} and stay there; cancel them first to send them to ${place.on}.`,
      zh: `该研究有运行已交给 ${on}，将留在那里；若要发送到 ${place.on}，请先取消它们。`
    })
  }
}

/**
 * Gives out a study's runs, follows them and brings them home. Ctrl-C cancels them there; when the terminal is closed they go
 * on, and the same command picks them up.
 */
export async function bringStudyHome(context: Context, study: string, { detach = false } = {}): Promise<void> {
  const { library, signal, surroundings: { hungUp } } = context
  const of = (run: Run): boolean => run.study?.id === study
  const mine = (): Promise<Run[]> => library.runs.ofStudy(study)
  const letGo = new AbortController()
  const onAbort = (): void => {
    if (hungUp?.aborted) return letGo.abort()
    context.notice({ en: 'Cancelling there; Ctrl-C again ends at once, and the same command goes on with it.', zh: '正在那里取消；再按 Ctrl-C 立即退出，同一命令可继续。' })
    void mine().then(async (runs) => {
      for (const run of runs) {
        if (run.away && isOpen(run)) await wishToStop(library.runs.paths(run.id).folder, 'now')
      }
    })
  }
  signal.addEventListener('abort', onAbort, { once: true })
  const all = (await mine()).length
  const progress = context.progress()
  const underway = new Map<string, RunProgress>()
  let ended = (await mine()).filter((run) => !isOpen(run)).length
  try {
    await lookAfterRuns({
      library, of, signal: letGo.signal, onlyGiveOut: detach,
      onRun: (run) => {
        if (isOpen(run)) return
        ended++
        underway.delete(run.name)
        const { state, metrics: { test }, computedOn, error } = run
        const parts = [`${ended}/${all} ${run.name}: ${context.say(stateNames[state])}`, test && percent(test.accuracy), computedOn?.host]
        progress.line(parts.filter(Boolean).join(' · '))
        if (error && state !== 'done') progress.line(context.say(error.message))
      },
      onNews: (run, { progress: at }) => {
        if (at) underway.set(run.name, at)
        progress.trainings([...underway].map(([name, each]) => ({ name, progress: each })), { ended, all })
      },
      onWaiting: (error) => {
        if (!error) return progress.line(context.say({ en: 'It goes on.', zh: '已继续。' }))
        const { message, remedy } = error.value
        const next = isPassing(error) ? waitingText : remedy
        progress.line(`${context.say(message)} ${next ? context.say(next) : ''}`.trim())
      }
    })
  } finally {
    signal.removeEventListener('abort', onAbort)
    progress.stop()
  }
}
