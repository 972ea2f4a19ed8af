import { GraftError } from '../../contract/errors'
import type { Run, Spec } from '../../contract/runs'
import type { Context } from '../context'
import { exitCodes } from '../output/errors'
import { namesOf } from '../../library'
import { usualName } from '../../rules/specs/names'
import { advisedRate } from '../../rules/settings/rescue'
import { hasDiverged, stateNames } from '../../rules/states'
import { settleBeforeTraining } from '../../remote'
import type { Result } from '../output/result'
import { runDocument, runText } from '../output/report/run'

/** Checks a spec for everything that would stop it, and creates its run. @throws GraftError for the first problem */
export async function createRun(context: Context, spec: Spec, name?: string): Promise<Run> {
  const engine = await context.engine()
  const [problem, ...others] = await engine.check(spec)
  if (problem) {
    for (const other of others) context.notice(other.message)
    throw GraftError.fromValue(problem)
  }
  const catalogue = engine.catalogue()
  const names = await namesOf(spec, context.library, catalogue)
  const title = catalogue.methods.find(({ id }) => id === spec.method.id)?.title
  const usual = usualName({ ...names, ...(title && { method: context.say(title) }) }, context.language)
  return context.library.runs.create(spec, { names, name: name ?? usual })
}

/** Trains a run of the store until it ends or is cancelled, with progress on stderr. The record says how it ended. */
export async function train(context: Context, run: Run): Promise<Run> {
  const settled = await settleBeforeTraining(context.library, run.id)
  if (settled.state === 'done') return settled
  const engine = await context.engine()
  const progress = context.progress()
  const tell = (): void => {
    progress.line(context.say({ en: 'Cancelling; the run is kept. Ctrl-C again ends at once.', zh: '正在取消；运行会保留。再按 Ctrl-C 立即结束。' }))
  }
  context.signal.addEventListener('abort', tell, { once: true })
  try {
    await engine.train(run.id, {
      signal: context.signal,
      onProgress: (at) => progress.run(at),
      onMetrics: (lines) => progress.metrics(lines)
    })
    // The record as it is on disk, where this process no longer owns it.
    return await context.library.runs.get(run.id)
  } finally {
    context.signal.removeEventListener('abort', tell)
    progress.stop()
  }
}

/** The exit code for how a run ended: done, cancelled, or anything else as a failure. */
export const exitCodeOfRun = (run: Run): number =>
  run.state === 'done' ? exitCodes.done : run.state === 'cancelled' ? exitCodes.cancelled : exitCodes.failed

/** What `run` and `resume` print: the record, and on stderr the reason if it is not done. */
export function trainResult(context: Context, run: Run): Result {
  const { language } = context
  const fromStart = run.error?.code === 'checkpoint-damaged' ? ' --from-start' : ''
  const next = run.state === 'done'
    ? { en: `Next: graft runs compare ${run.id} OTHER · use it as a source with --source run:${run.id}`,
        zh: `下一步：graft runs compare ${run.id} OTHER · 用 --source run:${run.id} 作为源模型` }
    : hasDiverged(run)
      ? { en: `Next: the same with --learning-rate ${advisedRate(run)}`, zh: `下一步：以 --learning-rate ${advisedRate(run)} 重新运行` }
      : { en: `Next: graft resume ${run.id}${fromStart}`, zh: `下一步：graft resume ${run.id}${fromStart}` }
  const stopped = run.error ?? {
    code: run.state,
    message: {
      en: `The run is ${stateNames[run.state].en} after ${run.epochs} of ${run.spec.training.epochs} epochs and kept.`,
      zh: `运行${stateNames[run.state].zh}（已完成 ${run.epochs}/${run.spec.training.epochs} 轮），并已保留。`
    },
    remedy: { en: `Go on with: graft resume ${run.id}`, zh: `继续运行：graft resume ${run.id}` }
  }
  return {
    document: runDocument(run),
    text: `${runText(run, language)}\n\n${next[language]}`,
    exitCode: exitCodeOfRun(run),
    ...(run.state !== 'done' && { reason: stopped })
  }
}
