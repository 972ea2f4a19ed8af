import type { RunOverview } from '../../contract/run-overview'
import { wishToStop } from '../../library/runs'
import { isOpen } from '../../rules/states'
import { findRun } from '../input/identify'
import { usageError } from '../output/errors'
import type { CliCommand } from './shared/command'

export const stop: CliCommand = (program, context) => {
  const { say } = context
  program.command('stop')
    .description(say({
      en: 'Stop a run that is being trained in another terminal or in the window: after the epoch it is in, keeping the best it has learned',
      zh: '停止正在另一终端或窗口中训练的运行：在当前这一轮之后停止，并保留到那时为止最好的结果'
    }))
    .argument('[run]', say({ en: 'The run, or a study: all its runs; by default the one that is running', zh: '运行；或一项研究（其所有运行）；默认为正在运行的那一个' }))
    .option('--now', say({ en: 'At once; it is then cancelled, and "graft resume" goes on with it', zh: '立即停止；运行随后为已取消，可用“graft resume”继续' }))
    .action(context.action(async (id: string | undefined, flags: { now?: boolean }) => {
      const library = await context.keptLibrary()
      const open = (await library.runs.overview()).runs.filter(isOpen)
      const ofStudy = open.filter(({ study }) => id !== undefined && study?.id === id)
      const wanted = ofStudy.length > 0 ? ofStudy : [id === undefined ? theOne(open) : openOnly(await findRun(library, id))]
      const stopped = []
      // What waits goes first: else each run that stops would let the next one begin.
      for (const run of [...wanted.filter(isWaiting), ...wanted.filter((each) => !isWaiting(each))]) {
        const how = flags.now || isWaiting(run) ? 'now' : 'after-epoch'
        await wishToStop(library.runs.paths(run.id).folder, how)
        stopped.push({ id: run.id, name: run.name, state: run.state, how })
      }
      return {
        document: { stopping: stopped },
        text: stopped.map(({ name, state, how }) => say(state === 'queued'
          ? { en: `“${name}” waits. It will be cancelled when its turn comes.`, zh: `“${name}”正在等待，轮到它时将被取消。` }
          : how === 'now'
            ? { en: `“${name}” stops now.`, zh: `“${name}”将立即停止。` }
            : { en: `“${name}” stops after the epoch it is in.`, zh: `“${name}”将在当前这一轮之后停止。` })).join('\n')
      }
    }))
}

/** Without an epoch it is in, a run can only be stopped as a whole. */
const isWaiting = ({ state }: RunOverview): boolean => state === 'queued'

function openOnly(run: RunOverview): RunOverview {
  if (isOpen(run)) return run
  throw usageError('run-not-running', {
    en: `“${run.name}” is not running.`, zh: `“${run.name}”没有在运行。`
  }, { field: 'run' })
}

/** The only run that is being trained. @throws GraftError (usage) where none is, or several are */
function theOne(open: readonly RunOverview[]): RunOverview {
  const working = open.filter((run) => !isWaiting(run))
  const [only] = working
  if (!only) throw usageError('run-not-running', { en: 'No run is being trained in this data folder.', zh: '此数据文件夹中没有正在训练的运行。' }, { field: 'run' })
  if (working.length === 1) return only
  throw usageError('ambiguous-run', {
    en: `${working.length} runs are being trained: ${working.map(({ id }) => id).join(', ')}.`,
    zh: `有 ${working.length} 个运行正在训练：${working.map(({ id }) => id).join('、')}。`
  }, { field: 'run', remedy: { en: 'Say which.', zh: '请指明是哪一个。' } })
}
