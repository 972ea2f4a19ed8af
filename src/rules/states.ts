import type { JobStatus } from '../contract/jobs/status'
import { GraftError } from '../contract/errors'
import { resumableStates, type Run, type RunState } from '../contract/runs'
import type { Text } from '../contract/text'

/** Runs that have not ended: a worker has them, will have them, or pauses with them. */
const openStates: readonly RunState[] = ['queued', 'running', 'paused']
export const isOpen = ({ state }: Pick<Run, 'state'>): boolean => openStates.includes(state)

/** Whether a process is at work on the run: it may not be claimed or removed while that process lives. */
export const isUnderWay = ({ state }: Pick<Run, 'state'>): boolean => state === 'running' || state === 'paused'

/** Whether a run ended because its weights went wrong. */
export const hasDiverged = ({ state, error }: Pick<Run, 'state' | 'error'>): boolean => state === 'failed' && error?.code === 'diverged'

/** Whether a run can go on from its checkpoint, or begin again. From weights that went wrong it would go wrong again. */
export const isResumable = (run: Pick<Run, 'state' | 'error'>): boolean => resumableStates.includes(run.state) && !hasDiverged(run)

/** Whether a job is waiting or under way. */
export const isLiving = ({ state }: Pick<JobStatus, 'state'>): boolean => state === 'queued' || isWorking({ state })

/** Whether a process works on the job. */
export const isWorking = ({ state }: Pick<JobStatus, 'state'>): boolean =>
  state === 'running' || state === 'unresponsive' || state === 'cancelling'

/** A run's states in words. */
export const stateNames: Record<RunState, Text> = {
  queued: { en: 'queued', zh: '排队中' },
  running: { en: 'running', zh: '运行中' },
  paused: { en: 'paused', zh: '已暂停' },
  interrupted: { en: 'interrupted', zh: '已中断' },
  cancelled: { en: 'cancelled', zh: '已取消' },
  failed: { en: 'failed', zh: '失败' },
  done: { en: 'done', zh: '已完成' }
}

/** How a run stands, in words: its state, or that it has not learned. */
export const standingOf = ({ state, unlearned }: Pick<Run, 'state' | 'unlearned'>): Text =>
  state === 'done' && unlearned ? { en: 'has not learned', zh: '尚未学会' } : stateNames[state]

/** Why a run cannot go on: it has ended, or is under way already. */
export function notResumable(run: Pick<Run, 'name' | 'id' | 'state' | 'error'>): GraftError {
  const { name, id, state, error } = run
  const { en, zh } = stateNames[state]
  if (hasDiverged(run)) {
    return new GraftError('run-not-resumable', {
      en: `“${name}” (${id}) went wrong, and going on from its weights would go wrong again.`,
      zh: `“${name}”（${id}）已发散，从其权重继续仍会出错。`
    }, { field: 'run', usage: true, ...(error?.remedy && { remedy: error.remedy }) })
  }
  return new GraftError('run-not-resumable', {
    en: `“${name}” (${id}) is ${en}; there is nothing to resume.`, zh: `“${name}”（${id}）${zh}，无需恢复。`
  }, {
    field: 'run', usage: true,
    ...(state === 'done' && {
      remedy: { en: `Train further from what it learned: a new run with run:${id} as its source.`, zh: `可用 run:${id} 作为源模型新建运行，继续训练。` }
    })
  })
}
