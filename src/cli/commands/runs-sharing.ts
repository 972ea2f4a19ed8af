import { resolve } from 'node:path'
import type { Command } from 'commander'
import { openRuns, saveRuns } from '../../library/sharing'
import { table } from '../../rules/format/columns'
import { bytes } from '../../rules/format/figures'
import type { Context } from '../context'
import { findRun } from '../input/identify'

/** `graft runs save` and `graft runs open`: runs as one file, for another machine. */
export function addSharingCommands(noun: Command, context: Context): void {
  const { say, language } = context
  const zh = language === 'zh'

  noun.command('save')
    .description(say({
      en: 'Save runs as one file, with the controls their verdicts rest on: record, series, answers and model, without checkpoints and pictures',
      zh: '将运行连同其结论所依据的对照保存为一个文件：含记录、曲线、逐图像的回答和模型，不含检查点和图片'
    }))
    .argument('<run...>', say({ en: 'The runs', zh: '运行' }))
    .requiredOption('--to <file>', say({ en: 'The file to write; ".graft" is added where it is missing', zh: '要写入的文件；缺少“.graft”时会自动补上' }))
    .action(context.action(async (texts: string[], flags: { to: string }) => {
      const library = await context.keptLibrary()
      const ids: string[] = []
      for (const text of texts) ids.push((await findRun(library, text)).id)
      const saved = await saveRuns(library, { ids: [...new Set(ids)], path: resolve(flags.to), replace: false }, { signal: context.signal })
      return {
        document: saved,
        text: [
          say({ en: `Wrote ${saved.path} (${bytes(saved.bytes)}).`, zh: `已写入 ${saved.path}（${bytes(saved.bytes)}）。` }), '',
          table([{ title: zh ? '运行' : 'run' }, { title: zh ? '名称' : 'name' }], saved.runs.map(({ id, name }) => [id, name]))
        ].join('\n')
      }
    }))

  noun.command('open')
    .description(say({ en: 'Bring in the runs of a file that "runs save" or the window wrote; runs that are here already stay as they are', zh: '导入由“runs save”或窗口写出的文件中的运行；已有的运行保持不变' }))
    .argument('<file>', say({ en: 'The file', zh: '文件' }))
    .action(context.action(async (file: string) => {
      const opened = await openRuns(await context.readyLibrary(), resolve(file), { signal: context.signal })
      return {
        document: opened,
        text: [
          table([{ title: zh ? '运行' : 'run' }, { title: zh ? '名称' : 'name' }, { title: '' }], opened.runs.map(({ id, name, there }) => [
            id, name, there ? say({ en: 'was here already', zh: '已在此处' }) : say({ en: 'new', zh: '新' })
          ])),
          ...(opened.missingDatasets.length === 0 ? [] : ['', say({
            en: `Not here: the pictures of ${opened.missingDatasets.join(', ')}. Figures and answers can be seen without them.`,
            zh: `此处没有 ${opened.missingDatasets.join('、')} 的图片；没有它们仍可查看结果与回答。`
          })])
        ].join('\n')
      }
    }))
}
