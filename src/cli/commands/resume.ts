import { findRun } from '../input/identify'
import { jobsOption, readJobs } from '../input/options'
import { trainStudy } from '../running/study'
import { isOpen, isResumable, notResumable } from '../../rules/states'
import { train, trainResult } from '../running/train'
import { settleBeforeTraining } from '../../remote'
import type { CliCommand } from './shared/command'

export const resume: CliCommand = (program, context) => {
  const { say } = context
  program.command('resume')
    .description(say({
      en: 'Go on with a run that was cancelled, interrupted or failed, from its last checkpoint',
      zh: '从最后一个检查点继续已取消、中断或失败的运行'
    }))
    .argument('<run>', say({ en: 'The run, or a study: all its runs that are not done', zh: '运行；或一项研究（继续其所有未完成的运行）' }))
    .option('--from-start', say({ en: 'Discard its checkpoints and start again, for example if they are damaged', zh: '放弃其检查点并从头开始，例如检查点已损坏时' }))
    .addOption(jobsOption(context))
    .action(context.action(async (id: string, flags: { jobs?: string, fromStart?: boolean }) => {
      const jobs = readJobs(flags.jobs)
      const library = await context.keptLibrary()
      const ofStudy = (await library.runs.ofStudy(id)).reverse()
      if (ofStudy.length > 0) return trainStudy(context, id, ofStudy, { jobs })
      const named = await findRun(library, id)
      if (!isOpen(named) && !isResumable(named)) throw notResumable(named)
      // Before it is told where it goes on.
      const found = flags.fromStart ? await library.runs.startAgain(named.id) : await settleBeforeTraining(library, named.id)
      if (found.leftThere) {
        const { store } = found.leftThere
        context.notice({ en: `What it reached elsewhere lies in ${store}, which still cannot be read.`, zh: `它在别处的进度位于 ${store}，目前仍无法读取。` })
      }
      const from = found.checkpoint
      if (found.state === 'done') context.notice({ en: `Run ${found.id} had been finished elsewhere and is home.`, zh: `运行 ${found.id} 已在别处完成并取回。` })
      else if (from) {
        context.notice({
          en: `Run ${found.id} goes on after step ${from.step} (epoch ${from.epoch}).`,
          zh: `运行 ${found.id} 从第 ${from.step} 步（第 ${from.epoch} 轮）之后继续。`
        })
      } else if (flags.fromStart) context.notice({ en: `Run ${found.id} begins anew.`, zh: `运行 ${found.id} 从头开始。` })
      else context.notice({ en: `Run ${found.id} has no checkpoint yet and begins anew.`, zh: `运行 ${found.id} 还没有检查点，将从头开始。` })
      return trainResult(context, await train(context, found))
    }))
}
