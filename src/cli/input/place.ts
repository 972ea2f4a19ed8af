import { Option, type Command } from 'commander'
import { resolve } from 'node:path'
import { slotsSchema, type Place } from '../../contract/workers'
import type { Context } from '../context'
import { usageError } from '../output/errors'

/** Flags that say where and how runs are computed elsewhere, as commander gives them. */
export interface PlaceFlags {
  on?: string
  store?: string
  storeThere?: string
  program?: string
  slots?: string
  cores?: string
  gpus?: string
  memory?: string
}

/** Adds those flags to a command. */
export function addPlaceOptions(command: Command, { say }: Context): Command {
  return command
    .option('--store <folder|s3>', say({
      en: 'The folder that this machine and every node see, or s3://BUCKET/PREFIX; data go there once by their hash, results come back through it',
      zh: '本机与每个节点都能访问的文件夹，或 s3://存储桶/前缀；数据按哈希只发送一次，结果由此返回'
    }))
    .option('--store-there <folder>', say({ en: 'The same folder as the nodes see it, where its path is another there', zh: '节点上该文件夹的路径（若不同）' }))
    .option('--program <command>', say({ en: 'How Graft is called on a node (default graft)', zh: '节点上调用 Graft 的命令（默认 graft）' }))
    .option('--cores <n>', say({ en: 'Cores and threads of each run (default as many threads as runs have here, for the same numbers)', zh: '每次运行的核数与线程数（默认与本机线程数相同，以得到相同的数值）' }))
    .option('--gpus <x>', say({ en: 'Graphics cards of each run, also a part of one (default 0)', zh: '每次运行的显卡数，可为小数（默认 0）' }))
    .option('--memory <GB>', say({ en: 'Memory to reserve for each run (default none is reserved)', zh: '为每次运行预留的内存（默认不预留）' }))
}

export const slotsOption = ({ say }: Context): Option => new Option('--slots <n>', say({
  en: 'Runs there at once (default as many as fit, which go on while this machine is off)', zh: '同时在那里计算的运行数（默认能容纳多少就多少，本机关闭时也会继续）'
}))

/** The flags as a place. @throws GraftError (usage) that names the flag and what it takes */
export async function readPlace(context: Context, flags: PlaceFlags & { on: string }): Promise<Omit<Place, 'store'> & { store?: string }> {
  const { on, store, storeThere, program } = flags
  const number = (text: string | undefined, flag: string, whole: boolean, least: number): number | undefined => {
    if (text === undefined) return undefined
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && value >= least && (!whole || Number.isSafeInteger(value))) return value
    throw usageError('invalid-value', {
      en: `${flag} takes a ${whole ? 'whole ' : ''}number from ${least}, not "${text}".`, zh: `${flag} 应为不小于 ${least} 的${whole ? '整' : ''}数，而不是“${text}”。`
    }, { field: flag.slice(2) })
  }
  const slots = number(flags.slots, '--slots', true, 1)
  if (slots !== undefined && !slotsSchema.safeParse(slots).success) {
    throw usageError('invalid-value', { en: '--slots takes at most 10,000.', zh: '--slots 最多为 10,000。' }, { field: 'slots' })
  }
  const cores = number(flags.cores, '--cores', true, 1) ?? (await context.surroundings.diagnose(context.dataDir)).chosen.threads
  const gpus = number(flags.gpus, '--gpus', false, 0)
  const memory = number(flags.memory, '--memory', false, 0.001)
  return {
    on, cores,
    ...(store !== undefined && { store: store.includes('://') ? store : resolve(store) }),
    ...(storeThere !== undefined && { storeThere }), ...(program !== undefined && { program }), ...(slots !== undefined && { slots }),
    ...(gpus !== undefined && { gpus }), ...(memory !== undefined && { memoryBytes: Math.round(memory * 1e9) })
  }
}

/** A place that runs can be given out to. @throws GraftError (usage) where no folder is named */
export function withStore({ store, ...place }: Awaited<ReturnType<typeof readPlace>>): Place {
  if (store !== undefined) return { ...place, store }
  throw usageError('no-store', {
    en: '--on needs --store: the folder that this machine and every node see.', zh: '--on 需要 --store：本机与每个节点都能访问的文件夹。'
  }, { field: 'store' })
}
