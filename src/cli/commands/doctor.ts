import type { Doctor, Support } from '../../contract/doctor'
import type { Context } from '../context'
import { facts, wrap } from '../../rules/format/columns'
import { bytes } from '../../rules/format/figures'
import { backendText } from '../../rules/format/records'
import { leastStepsForFunctions } from '../../rules/settings/sizes'
import type { CliCommand } from './shared/command'

function functionsText({ available }: Doctor['functions'], zh: boolean): string {
  if (!available) return zh ? '不可用' : 'not available'
  return zh ? `可用于 ${leastStepsForFunctions} 步以上的训练（--functions 另行决定）`
    : `available, for trainings of ${leastStepsForFunctions} steps and more (--functions decides otherwise)`
}

function bfloat16Text({ available }: Support, zh: boolean): string {
  if (!available) return zh ? '不可用' : 'not available'
  return zh ? '可用，由 --precision bfloat16 选用' : 'available, by --precision bfloat16'
}

function doctorText({ chosen, backends, functions, bfloat16, versions, folders, freeDiskBytes, models }: Doctor, { language, dataDir }: Context): string {
  const zh = language === 'zh'
  const states = backends.map((backend) => [
    `  ${backend.chosen ? '●' : backend.available ? '○' : '×'} ${backend.kind.padEnd(5)} ${[
      backend.chosen ? (zh ? '使用中' : 'in use') : backend.available ? (zh ? '可用' : 'available') : (zh ? '不可用' : 'not available'),
      backend.library
    ].filter(Boolean).join(', ')}`,
    ...[backend.reason, backend.remedy].flatMap((text) => text ? [wrap(text[language], 100, '          ')] : [])
  ].join('\n'))
  return [
    `${zh ? '计算设备' : 'Computes on'}: ${backendText(chosen, language)}`,
    '',
    zh ? '后端，从好到差：' : 'Backends, best first:',
    ...states,
    '',
    `${zh ? '整步作为函数' : 'Steps as functions'}: ${functionsText(functions, zh)}`,
    ...[functions.reason, functions.remedy].flatMap((text) => text ? [wrap(text[language], 100, '          ')] : []),
    ...(bfloat16 ? [
      `bfloat16: ${bfloat16Text(bfloat16, zh)}`,
      ...(bfloat16.available || !functions.available ? [] : [wrap(bfloat16.reason[language], 100, '          ')])
    ] : []),
    '',
    facts([
      [zh ? '数据文件夹' : 'data folder', folders.data || dataDir],
      [zh ? '缓存文件夹' : 'cache folder', folders.cache],
      [zh ? '可用磁盘空间' : 'free disk', bytes(freeDiskBytes)]
    ]),
    '',
    zh ? '自带的模型：' : 'Models that come with Graft:',
    ...models.map(({ name, available, licence, source, reason, remedy }) => [
      `  ${available ? '●' : '×'} ${name}${available ? `, ${licence}, ${source}` : ''}`,
      ...[reason, remedy].flatMap((text) => text ? [wrap(text[language], 100, '          ')] : [])
    ].join('\n')),
    '',
    zh ? '版本：' : 'Versions:',
    facts(Object.entries(versions), '  ')
  ].join('\n')
}

export const doctor: CliCommand = (program, context) => {
  program.command('doctor')
    .description(context.say({
      en: 'What Graft computes with, why nothing faster is used, and how to change that; versions, folders, free disk',
      zh: 'Graft 使用的计算设备、未用更好设备的原因及改进办法；版本、文件夹、可用磁盘空间'
    }))
    .action(context.action(async () => {
      const found = await context.surroundings.diagnose(context.dataDir)
      return { document: found, text: doctorText(found, context) }
    }))
}
