import type { Command } from 'commander'
import type { RunMarks } from '../../contract/marks'
import type { Run } from '../../contract/runs'
import { marksOf, readTags, withoutTags, withTags } from '../../rules/marks'
import type { Context } from '../context'
import { findRun } from '../input/identify'
import { usageError } from '../output/errors'
import type { Result } from '../output/result'

/** `runs tag`, `runs note`, `runs pin`: what a person puts on runs to find them again. */
export function addMarkCommands(noun: Command, context: Context): void {
  const { say } = context

  async function mark(texts: readonly string[], change: (marks: RunMarks) => RunMarks): Promise<Result> {
    const library = await context.keptLibrary()
    const found: Run[] = []
    for (const text of texts) found.push(await findRun(library, text))
    const marked: Run[] = []
    for (const { id } of found) marked.push(await library.runs.mark(id, change))
    return {
      document: { runs: marked.map((run) => ({ id: run.id, name: run.name, ...marksOf(run) })) },
      text: marked.map((run) => `${run.id}  ${run.name}${marksText(run)}`).join('\n')
    }
  }

  noun.command('tag')
    .description(say({ en: 'Put tags on runs, or take them off', zh: '为运行添加或去除标记' }))
    .argument('<run...>', say({ en: 'The runs', zh: '运行' }))
    .option('--add <tags>', say({ en: 'Tags to put on, with commas between', zh: '要添加的标记，以逗号分隔' }))
    .option('--remove <tags>', say({ en: 'Tags to take off', zh: '要去除的标记' }))
    .action(context.action((runs: string[], flags: { add?: string, remove?: string }) => {
      const [add, remove] = [readTags(flags.add ?? ''), readTags(flags.remove ?? '')]
      if (add.length + remove.length === 0) {
        throw usageError('missing-value', { en: '"runs tag" needs --add or --remove with tags.', zh: '“runs tag”需要带标记的 --add 或 --remove。' }, { field: 'add' })
      }
      return mark(runs, (marks) => ({ ...marks, tags: withTags({ ...marks, tags: withoutTags(marks, remove) }, add) }))
    }))

  noun.command('note')
    .description(say({ en: 'Write a note on a run; without a text its note is taken away', zh: '为运行写备注；不给出文字则删除备注' }))
    .argument('<run>', say({ en: 'The run', zh: '运行' }))
    .argument('[text]', say({ en: 'The note', zh: '备注' }))
    .action(context.action((run: string, note = '') => {
      if (note.length > 5000) throw usageError('invalid-value', { en: 'A note has at most 5000 characters.', zh: '备注最多 5000 个字符。' }, { field: 'text' })
      return mark([run], (marks) => ({ ...marks, note }))
    }))

  noun.command('pin')
    .description(say({ en: 'Keep runs on top of the list', zh: '将运行固定在列表顶部' }))
    .argument('<run...>', say({ en: 'The runs', zh: '运行' }))
    .option('--off', say({ en: 'No longer', zh: '取消固定' }))
    .action(context.action((runs: string[], flags: { off?: boolean }) => mark(runs, (marks) => ({ ...marks, pinned: !flags.off }))))
}

/** What a person put on a run, as the end of a line; empty where nothing. */
export function marksText(run: Pick<Run, 'marks'>): string {
  const { tags, note, pinned } = marksOf(run)
  return [pinned ? '  ★' : '', ...tags.map((tag) => `  #${tag}`), note === '' ? '' : `  ${note}`].join('')
}
