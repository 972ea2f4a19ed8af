import type { JobStatus } from '../contract/jobs/status'
import { GraftError } from '../contract/errors'
import { resumableStates, type Run, type RunState } from '../contract/runs'
import type { Text } from '../contract/text'

/** Runs that have not ended: a worker has them, will have them, or pauses with them. */
const openStates: readonly RunState[] = ['queued', 'running', 'paused']
export const isOpen = ({ state }: Pick<Run, 'state'>): boolean => openStates.includes(state)

/** Whether a process is at work on the run: it may not be claimed or removed while that process lives. */
export const isUnderWay = ({ state }: Pick<Run, 'state'>): boolean => state === 'running' || state === 'paused'

/** Whether a run can go on from its checkpoint, or begin again. */
export const isResumable = ({ state }: Pick<Run, 'state'>): boolean => resumableStates.includes(state)

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

/** Why a run cannot go on: it has ended, or is under way already. */
export function notResumable({ name, id, state }: Pick<Run, 'name' | 'id' | 'state'>): GraftError {
  const { en, zh } = stateNames[state]
  return new GraftError('run-not-resumable', {
    en: `“${name}” (${id}) is ${en}; there is nothing to resume.`, zh: `“${name}”（${id}）${zh}，无需恢复。`
  }, {
    field: 'run', usage: true,
    ...(state === 'done' && {
      remedy: { en: `Train further from what it learned: a new run with run:${id} as its source.`, zh: `可用 run:${id} 作为源模型新建运行，继续训练。` }
    })
  })
}
