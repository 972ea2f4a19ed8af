import type { Run, Spec } from '../../contract/runs'
import type { Place } from '../../contract/workers'
import type { DepthKind } from '../../contract/studies'
import { writeFileDurably } from '../../library/disk'
import { createStudy, studyReport } from '../../library/studies'
import { depthSpecs } from '../../rules/studies/depths'
import { isTrained } from '../../rules/refs'
import { hasDiverged, isOpen } from '../../rules/states'
import type { Context } from '../context'
import { exitCodes } from '../output/errors'
import type { Result } from '../output/result'
import { studyText } from '../output/report/study'
import { studyPage } from '../output/report/study-page'
import { bringStudyHome, sendAway } from './away'
import { TrainingPool } from './training-pool'

interface StudyOptions {
  id: string
  specs: readonly Spec[]
  seeds: number
  twins: boolean
  name?: string
  /** Where to write the report as a page. */
  html?: string
  /** How many runs are trained at once; 1 by default. */
  jobs?: number
  /** Where they are computed, if not here. */
  place?: Place
  /** Gives the runs out and returns. */
  detach?: boolean
  /** Called once its runs are made: nothing refuses them. */
  onAccepted?(): void
}

/** The specs of a depth-of-transfer curve. @throws GraftError (usage) for another method, or a model that is not there */
export async function depthsOf({ library }: Context, spec: Spec, kind: DepthKind): Promise<Spec[]> {
  const { model } = spec.source
  const blocks = isTrained(model) ? (await library.models.get(model)).blocks.map(({ name }) => name) : []
  // Fresh weights have nothing to copy. The check of the spec says so.
  return blocks.length === 0 ? [spec] : depthSpecs(spec, blocks, kind)
}

/** Creates the missing runs of a study, trains those that are not done, and reports. */
export async function runStudy(context: Context, options: StudyOptions): Promise<Result> {
  const engine = await context.engine()
  const runs = await createStudy(context.library, engine.catalogue(), { ...options, language: context.language, check: (spec) => engine.check(spec) })
  options.onAccepted?.()
  return trainStudy(context, options.id, runs, options)
}

/**
 * Trains the runs that are not done, and gives those that failed. A failure does not stop the others. A cancel does: what
 * is done is kept, and the rest is marked `cancelled`, so that it can be resumed.
 */
async function trainRuns(context: Context, runs: readonly Run[], jobs: number): Promise<Run[]> {
  const pool = new TrainingPool(context, jobs)
  const ended = await Promise.all(runs.filter((run) => run.state !== 'done' && !hasDiverged(run) && !(run.away && isOpen(run))).map((run) => pool.train(run)))
  return [...runs.filter(hasDiverged), ...ended.filter(({ state }) => state === 'failed')]
}

/** Trains the runs of a study that are not done, and reports on all. */
export async function trainStudy(
  context: Context, id: string, runs: readonly Run[], { html, jobs = 1, place, detach = false }: Pick<StudyOptions, 'html' | 'jobs' | 'place' | 'detach'> = {}
): Promise<Result> {
  const done = runs.filter(({ state }) => state === 'done').length
  context.notice({
    en: `Study ${id}: ${runs.length} runs, ${done} done already.`, zh: `研究 ${id}：共 ${runs.length} 次运行，已完成 ${done} 次。`
  })
  if (place) await sendAway(context, runs, place)
  const there = (await Promise.all(runs.map(({ id: run }) => context.library.runs.get(run)))).filter((run) => run.away && isOpen(run))
  const failed = place ? [] : await trainRuns(context, there.length === 0 ? runs : runs.filter(({ id: run }) => !there.some((away) => away.id === run)), jobs)
  // Also without --on: what was given out earlier comes home.
  if (there.length > 0) {
    await bringStudyHome(context, id, { detach })
    failed.push(...(await Promise.all(there.map(({ id: run }) => context.library.runs.get(run)))).filter(({ state }) => state === 'failed'))
  }
  const report = await studyReport(context.library, id)
  if (html !== undefined) {
    const { language, surroundings: { version } } = context
    await writeFileDurably(html, studyPage({ report, language, version, now: new Date() }))
  }
  const finished = report.done === report.runs
  const cancelled = context.signal.aborted
  return {
    document: { ...report, state: finished ? 'done' : cancelled ? 'cancelled' : 'failed' },
    text: studyText(report, context.language),
    exitCode: finished ? exitCodes.done : cancelled ? exitCodes.cancelled : exitCodes.failed,
    ...(!finished && {
      reason: {
        code: 'study-unfinished',
        message: {
          en: `${report.done} of ${report.runs} runs of the study are done${failed.length > 0 ? `, ${failed.length} failed` : ''}; all are kept.`,
          zh: `研究的 ${report.runs} 次运行中已完成 ${report.done} 次${failed.length > 0 ? `，失败 ${failed.length} 次` : ''}；均已保留。`
        },
        remedy: { en: `Go on with: graft resume ${id}`, zh: `继续：graft resume ${id}` }
      }
    })
  }
}
