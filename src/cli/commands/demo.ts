import type { MethodSummary } from '../../contract/methods'
import type { Run, Spec } from '../../contract/runs'
import type { Text } from '../../contract/text'
import { defaultsOf } from '../../contract/parameters'
import { trainingParameters, type TrainingSettings } from '../../contract/training'
import { runRef } from '../../rules/refs'
import type { ModelRef } from '../../contract/models'
import { compareRuns } from '../../library/comparison'
import type { Context } from '../context'
import { duration, percent } from '../../rules/format/figures'
import { deviceOption, readDevice } from '../input/options'
import type { Result } from '../output/result'
import { comparisonDocument, comparisonText } from '../output/report/comparison'
import { runDocument } from '../output/report/run'
import { methodNamed } from '../input/spec'
import { createRun, exitCodeOfRun, train, trainResult } from '../running/train'
import type { CliCommand } from './shared/command'

const samples = { source: 'mnist-sample', target: 'digits' }
const labelsPerClass = 10

/** Long enough to see a difference and short enough to wait for. The same for all transfers and for training from scratch. */
const pretraining: Partial<TrainingSettings> = { epochs: 3, optimizer: 'adam', learningRate: 0.001, batchSize: 64 }
const transfer: Partial<TrainingSettings> = { epochs: 20, optimizer: 'adam', learningRate: 0.001, batchSize: 32 }

function specOf(
  method: MethodSummary, model: ModelRef, target: string, labels: Spec['target']['labels'],
  training: Partial<TrainingSettings>, device: Spec['device']
): Spec {
  return {
    source: { model },
    target: { dataset: target, labels },
    method: { id: method.id, params: defaultsOf(method.parameters) },
    training: { ...defaultsOf(trainingParameters), ...training },
    device
  }
}

export const demo: CliCommand = (program, context) => {
  const { say, language } = context
  program.command('demo')
    .description(say({
      en: 'The whole main job on the embedded digits: pre-train, transfer by two methods, train the same from scratch, compare',
      zh: '用内置的数字样本演示完整流程：预训练、用两种方法迁移、从零训练作对照、比较'
    }))
    .addOption(deviceOption(context))
    .action(context.action(async (flags: { device?: string }) => {
      const device = readDevice(flags.device ?? 'auto')
      const started = performance.now()
      // It needs the samples, even if a person removed them.
      const library = await context.readyLibrary({ again: true })
      const methods = await context.methods()
      const work = new DemoRuns(context)

      const source = await work.next(
        specOf(methodNamed(methods, 'scratch'), 'arch:seed-cnn', samples.source, 'all', pretraining, device),
        { en: 'Demo: seed CNN pre-trained on MNIST', zh: '演示：在 MNIST 上预训练种子 CNN' }
      )
      if (source.state !== 'done') return stopped(context, source, work.runs)
      const few = { perClass: labelsPerClass }
      const steps = [
        ['scratch', 'arch:seed-cnn', { en: 'Demo: from scratch', zh: '演示：从零训练' }],
        ['fine-tuning', runRef(source.id), { en: 'Demo: fine-tuning', zh: '演示：微调' }],
        ['linear-probe', runRef(source.id), { en: 'Demo: linear probe', zh: '演示：线性探测' }]
      ] as const
      const compared: string[] = []
      for (const [method, model, name] of steps) {
        const run = await work.next(specOf(methodNamed(methods, method), model, samples.target, few, transfer, device), name)
        if (run.state !== 'done') return stopped(context, run, work.runs)
        compared.push(run.id)
      }

      const comparison = await compareRuns(library, compared)
      const seconds = (performance.now() - started) / 1000
      return {
        document: { pretraining: runDocument(source), ...comparisonDocument(comparison), seconds },
        text: [
          say({
            en: `Pre-trained on ${source.names.target}: ${percent(source.metrics.test?.accuracy ?? 0)} of its test images right.`
              + ` Then ${labelsPerClass} labelled images per class of ${comparison.runs[0]?.names.target}:`,
            zh: `在 ${source.names.target} 上预训练：测试正确率 ${percent(source.metrics.test?.accuracy ?? 0)}。`
              + `随后在 ${comparison.runs[0]?.names.target} 上每类使用 ${labelsPerClass} 张带标签图像：`
          }),
          '',
          comparisonText(comparison, language),
          '',
          nextSteps(context, source, compared),
          '',
          say({ en: `All in ${duration(seconds, 'en')}; the runs are kept in ${library.dataDir}.`,
            zh: `共用时 ${duration(seconds, 'zh')}；运行保存在 ${library.dataDir}。` })
        ].join('\n')
      }
    }))
}

function nextSteps({ say }: Context, source: Run, compared: readonly string[]): string {
  return say({
    en: [
      'Next:',
      `  graft runs compare ${compared.join(' ')} --html demo.html   the curves as a page`,
      '  graft datasets add PATH                your own images',
      `  graft run --source run:${source.id} --target ID --method fine-tuning --labels 20`,
      '  npm start                              the same in a window'
    ].join('\n'),
    zh: [
      '下一步：',
      `  graft runs compare ${compared.join(' ')} --html demo.html   以网页查看曲线`,
      '  graft datasets add PATH                添加自己的图像',
      `  graft run --source run:${source.id} --target ID --method fine-tuning --labels 20`,
      '  npm start                              在窗口中操作'
    ].join('\n')
  })
}

/** The runs of a demo, one after another. Each is announced, with its result. */
class DemoRuns {
  readonly runs: Run[] = []

  constructor(private readonly context: Context) {}

  async next(spec: Spec, name: Text): Promise<Run> {
    const { say, surroundings } = this.context
    surroundings.stderr.write(`${say(name)} …\n`)
    const created = await createRun(this.context, spec, say(name))
    const run = await train(this.context, created)
    this.runs.push(run)
    if (run.metrics.test) {
      const { accuracy } = run.metrics.test
      this.context.notice({
        en: `  ${percent(accuracy)} of the test images right, ${duration(run.seconds, 'en')}`,
        zh: `  测试正确率 ${percent(accuracy)}，用时 ${duration(run.seconds, 'zh')}`
      })
    }
    return run
  }
}

function stopped(context: Context, run: Run, runs: readonly Run[]): Result {
  return { ...trainResult(context, run), document: { runs: runs.map(runDocument) }, exitCode: exitCodeOfRun(run) }
}
