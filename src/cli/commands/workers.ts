import { freemem, hostname } from 'node:os'
import type { ClusterNode, NodeReport, Workers } from '../../contract/workers'
import type { Context } from '../context'
import { table } from '../../rules/format/columns'
import { bytes } from '../../rules/format/figures'
import { checkWorkers, lookForProbe, openStore, reportMark } from '../../remote'
import { addPlaceOptions, readPlace, type PlaceFlags } from '../input/place'
import { exitCodes } from '../output/errors'
import type { CliCommand } from './shared/command'

const nodeRow = ({ host, address, head, cores, gpus, memoryBytes, report, problems }: ClusterNode, zh: boolean): string[] => [
  `${problems.length === 0 ? '●' : '×'} ${host}${head ? (zh ? '（主）' : ' (head)') : ''}`, address, String(cores), String(gpus), bytes(memoryBytes),
  report ? report.graft : '–', report ? `${report.library}, ${report.device}` : '–'
]

function workersText({ engine, on, nodes, slots, notes }: Workers, { language }: Context): string {
  const zh = language === 'zh'
  return [
    zh ? `${on}：${engine}，${nodes.length} 台机器；可同时计算 ${slots} 次运行。` : `${on}: ${engine}, ${nodes.length} ${nodes.length === 1 ? 'machine' : 'machines'}; ${slots} runs at once.`,
    '',
    table([
      { title: zh ? '机器' : 'machine' }, { title: zh ? '地址' : 'address' }, { title: zh ? '核' : 'cores', align: 'right' }, { title: 'GPU', align: 'right' },
      { title: zh ? '内存' : 'memory', align: 'right' }, { title: 'Graft' }, { title: zh ? '计算设备' : 'computes with' }
    ], nodes.map((node) => nodeRow(node, zh))),
    ...nodes.flatMap(({ host, problems }) => problems.map(({ message, remedy, details }) => [
      '', `${host}: ${message[language]} ${remedy?.[language] ?? ''}`.trim(), ...details === undefined ? [] : [details.replace(/^/gm, '  ')]
    ].join('\n'))),
    ...notes.map((note) => `\n${note[language]}`),
    ...!engine.startsWith('Ray') ? [] : ['', zh ? 'Ray 本身不做访问控制：请在专用网络中使用，或通过 ssh 隧道。多机 Ray 只支持 Linux。'
      : 'Ray has no access control of its own: keep it in a private network, or use an ssh tunnel. Ray on several machines is for Linux.']
  ].join('\n')
}

/** `graft workers`: what other machines there are to compute on. */
export const workers: CliCommand = (program, context) => {
  const { say } = context
  const noun = program.command('workers').description(say({ en: 'Other machines to compute on', zh: '用于计算的其他机器' }))

  addPlaceOptions(noun.command('check')
    .description(say({
      en: 'What a cluster offers: its machines, their cores, memory and graphics cards, Graft\'s version on each, whether they see the shared folder, and what is missing',
      zh: '查看集群：机器、核数、内存、显卡、各机器上 Graft 的版本、能否访问共享文件夹，以及缺少什么'
    }))
    .argument('<address>', say({ en: 'Ray\'s dashboard, http://HOST:8265; or slurm: on a machine with Slurm\'s programs', zh: 'Ray 的仪表板 http://主机:8265；或在装有 Slurm 程序的机器上用 slurm:' })), context)
    .action(context.action(async (on: string, flags: PlaceFlags) => {
      const place = await readPlace(context, { ...flags, on })
      const { chosen } = await context.surroundings.diagnose(context.dataDir)
      const found = await checkWorkers({ place, here: chosen, version: context.surroundings.version, signal: context.signal })
      const whole = found.nodes.length > 0 && found.nodes.every(({ problems }) => problems.length === 0)
      return { document: found, text: workersText(found, context), exitCode: whole ? exitCodes.done : exitCodes.failed }
    }))

  // What the check runs on each node.
  noun.command('report', { hidden: true })
    .option('--threads <n>').option('--from <store>').option('--token <token>')
    .action(context.action(async ({ from, token, threads }: { from?: string, token?: string, threads?: string }) => {
      const { chosen, freeDiskBytes } = await context.surroundings.diagnose(context.dataDir)
      const report: NodeReport = {
        graft: context.surroundings.version, host: hostname(), platform: `${process.platform} ${process.arch}`, library: chosen.library, device: chosen.device,
        backend: chosen.kind, threads: threads === undefined ? chosen.threads : Number(threads), freeDiskBytes, freeMemoryBytes: freemem(),
        store: from === undefined || token === undefined ? 'not-asked' : await lookForProbe(openStore(from), token)
      }
      context.surroundings.stdout.write(`${reportMark}${JSON.stringify(report)}\n`)
      return { document: undefined, text: '' }
    }))
}
