import { repair as repairFolder, type Repaired } from '../../library/repair'
import type { Context } from '../context'
import { exitCodes } from '../output/errors'
import type { CliCommand } from './shared/command'

export const repair: CliCommand = (program, context) => {
  const { say } = context
  program.command('repair')
    .description(say({
      en: 'Read the whole data folder, name what is damaged, clear what killed writes left; nothing else is deleted',
      zh: '通读整个数据文件夹，指出损坏之处，清理中断写入的残留；不会删除其他任何内容'
    }))
    .action(context.action(async () => {
      const progress = context.progress()
      const found = await repairFolder(context.library, {
        signal: context.surroundings.signal,
        onProgress: (looked) => { if (looked % 100 === 0) progress.line(say({ en: `${looked} files read`, zh: `已读取 ${looked} 个文件` })) }
      })
      progress.stop()
      const [damaged] = found.damaged
      return {
        document: found, text: repairText(found, context),
        ...(damaged && { exitCode: exitCodes.failed, reason: damaged.error })
      }
    }))
}

const mostNamed = 50

function repairText({ whole, unverified, damaged, leftovers, rebuilt }: Repaired, { say, language }: Context): string {
  const named = (paths: readonly string[]): string[] =>
    [...paths.slice(0, mostNamed).map((path) => `  ${path}`), ...(paths.length > mostNamed ? [`  … ${paths.length - mostNamed}`] : [])]
  const part = (title: string, lines: readonly string[]): string[] => lines.length > 0 ? [title, ...named(lines)] : []
  return [
    say({ en: `${whole} files are whole.`, zh: `${whole} 个文件完好。` }),
    ...part(say({ en: 'Damaged:', zh: '已损坏：' }), damaged.map(({ error }) => error.message[language])),
    ...part(say({ en: 'Left by killed writes, removed:', zh: '中断写入的残留，已删除：' }), leftovers.filter(({ done }) => done === 'removed').map(({ path }) => path)),
    ...part(say({ en: 'Brought back after a killed write:', zh: '中断写入后已恢复：' }), leftovers.filter(({ done }) => done === 'brought-back').map(({ path }) => path)),
    ...part(say({ en: 'Checksums made again:', zh: '已重新生成校验和：' }), rebuilt),
    ...part(say({ en: 'Written before there were hashes, so nobody can tell:', zh: '写入时尚无哈希，无法判断是否完好：' }), unverified)
  ].join('\n')
}
