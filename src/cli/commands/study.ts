import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { slugOf } from '../../library/disk'
import { parseStudy, specsOfStudy } from '../../rules/studies/grid'
import { usageError } from '../output/errors'
import { jobsOption, readJobs } from '../input/options'
import { addPlaceOptions, readPlace, slotsOption, withStore, type PlaceFlags } from '../input/place'
import { refuseIgnored } from '../input/together'
import { chosenHere } from '../running/settings-shelf'
import { depthsOf, runStudy } from '../running/study'
import type { CliCommand } from './shared/command'

export const study: CliCommand = (program, context) => {
  const { say } = context
  const command = program.command('study')
    .description(say({
      en: 'Run a grid of specs from a JSON file (base, grid, depths, twins, seeds) with twins and seeds, and print the table; runs that are done are not repeated',
      zh: '按 JSON 文件（base、grid、depths、twins、seeds）运行一组规格及其对照和种子，并打印表格；已完成的运行不会重复'
    }))
    .argument('<file>', say({ en: 'The study\'s file', zh: '研究文件' }))
    .option('--html <file>', say({ en: 'Write a page with the table and, for depths, the curve', zh: '写出含表格与（如有）深度曲线的网页' }))
    .addOption(jobsOption(context))
    .option('--on <address>', say({
      en: 'Compute on other machines: a Ray cluster, http://HOST:8265, or slurm:PARTITION ("graft workers check" looks at it); needs --store',
      zh: '在其他机器上计算：Ray 集群 http://主机:8265，或 slurm:分区（“graft workers check”可查看）；需要 --store'
    }))
    .addOption(slotsOption(context))
    .option('--detach', say({ en: 'With --on: give the runs out and return; the same command brings them home', zh: '与 --on 一起：交出运行后立即返回；同一命令可取回结果' }))
  addPlaceOptions(command, context)
    .action(context.action(async (file: string, flags: PlaceFlags & { html?: string, jobs?: string, detach?: boolean }) => {
      const elsewhere = ['store', 'storeThere', 'program', 'cores', 'gpus', 'memory', 'slots', 'detach']
      if (flags.on === undefined) {
        refuseIgnored(command, (name) => elsewhere.includes(name), { en: 'It goes with --on ADDRESS; without it the study is computed on this machine.', zh: '它须与 --on 地址 一起使用；否则研究在本机计算。' })
      } else {
        refuseIgnored(command, (name) => name === 'jobs', { en: 'How many runs are computed at once elsewhere is set by --slots.', zh: '在其他机器上同时计算的运行数由 --slots 设定。' })
      }
      const place = flags.on === undefined ? undefined : withStore(await readPlace(context, { ...flags, on: flags.on }))
      const jobs = readJobs(flags.jobs)
      const parsed = parseStudy(readJsonText(await readFile(file, 'utf8'), file))
      const methods = await context.methods()
      // Before anything is read, so that a field that does not fit is told at once.
      const open = specsOfStudy(parsed, methods)
      await context.readyLibrary()
      await context.readyModels({ mentioned: JSON.stringify(open) })
      const { specs: made } = await chosenHere(context, (shelf) => specsOfStudy(parsed, methods, shelf), place === undefined)
      const { depths } = parsed
      const specs = depths === undefined ? made : (await Promise.all(made.map((spec) => depthsOf(context, spec, depths)))).flat()
      return runStudy(context, {
        id: parsed.id ?? slugOf(basename(file, extname(file)), 'study'), specs, seeds: parsed.seeds ?? 1, twins: parsed.twins ?? false,
        jobs, ...(place && { place }), ...(flags.detach && { detach: true }), ...(flags.html !== undefined && { html: flags.html })
      })
    }))
}

function readJsonText(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw usageError('not-json', {
      en: `${file} is not JSON: ${(error as Error).message}.`, zh: `${file} 不是 JSON：${(error as Error).message}。`
    }, { field: 'file' })
  }
}
