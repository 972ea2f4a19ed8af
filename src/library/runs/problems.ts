import { GraftError } from '../../contract/errors'
import type { Run } from '../../contract/runs'

export function runNotFound(id: string): GraftError {
  return new GraftError('run-not-found', {
    en: `There is no run "${id}".`,
    zh: `没有名为“${id}”的运行。`
  }, { field: 'run', usage: true, remedy: { en: '`graft runs list` shows the runs there are.', zh: '用 `graft runs list` 查看现有运行。' } })
}

export const notAdoptable = (path: string): GraftError => new GraftError('file-damaged', {
  en: `${path} is not the record of an ended run of this name.`, zh: `${path} 不是该名称下已结束运行的记录。`
})

export function runBusy(run: Run): GraftError {
  return new GraftError('run-busy', {
    en: `The run "${run.name}" is being worked on by another process${run.owner ? ` (${run.owner.pid})` : ''}.`,
    zh: `运行“${run.name}”正由另一个进程${run.owner ? `（${run.owner.pid}）` : ''}处理。`
  }, { remedy: { en: 'Wait until it ends, or stop it there.', zh: '请等待其结束，或在那里将其停止。' } })
}

export const runAway = ({ name, away }: Run): GraftError => new GraftError('run-away', {
  en: `“${name}” is being computed on ${away?.place.on ?? ''}.`, zh: `“${name}”正在 ${away?.place.on ?? ''} 上计算。`
}, { remedy: { en: 'Wait until it comes home, or cancel it.', zh: '请等待其返回，或将其取消。' } })

export function processGone(run: Run): NonNullable<Run['error']> {
  const wasQueued = run.state === 'queued'
  return {
    code: 'process-gone',
    message: wasQueued
      ? { en: 'Graft ended before this run began.', zh: 'Graft 在此次运行开始之前就已退出。' }
      : { en: 'The process that worked on this run ended without finishing it.', zh: '处理此次运行的进程在完成之前就已退出。' },
    remedy: run.checkpoint
      ? { en: 'Resume it: it goes on from its last checkpoint.', zh: '可以继续运行：将从最后一个检查点接着进行。' }
      : { en: 'Resume it: it begins anew.', zh: '可以继续运行：将从头开始。' }
  }
}
