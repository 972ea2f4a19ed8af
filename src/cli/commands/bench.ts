import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figuresText, measure, measureInChild, measureTorch, partSchema, runBenchmark, type Measured, type Part } from '../../bench'
import type { Support } from '../../contract/doctor'
import type { Device } from '../../contract/runs'
import { duration } from '../../rules/format/figures'
import { backendText } from '../../rules/format/records'
import { onProcessors } from '../../rules/settings/bfloat16'
import type { Context } from '../context'
import { deviceOption, readDevice } from '../input/options'
import { usageError } from '../output/errors'
import { createRun } from '../running/train'
import type { CliCommand } from './shared/command'

/** Synthetic photographs to import and train on. */
const defaultPhotos = 20_000

export const bench: CliCommand = (program, context) => {
  const { say, language } = context
  program.command('bench')
    .description(say({
      en: 'Measure how fast this machine trains, as ratios within one run; nothing is kept',
      zh: '本机的速度指标（同一次测量中的比值）；不保留任何数据'
    }))
    .option('--data <path>', say({ en: 'Data to read and train on instead of noise, e.g. CIFAR-10\'s archive', zh: '用于读取和训练的数据（默认用噪声），如 CIFAR-10 压缩包' }))
    .addOption(deviceOption(context))
    .option('--photos <n>', say({
      en: `How many synthetic JPEGs to import and train on (default ${defaultPhotos}; 0 skips this, 200000 takes some minutes)`,
      zh: `用于导入和训练的合成 JPEG 数量（默认 ${defaultPhotos}；0 表示跳过，200000 需要数分钟）`
    }))
    .action(context.action(async (flags: { data?: string, device?: string, photos?: string }) => {
      const device = readDevice(flags.device ?? 'auto')
      const photos = readPhotos(flags.photos)
      const { signal, surroundings } = context
      const folder = await mkdtemp(join(tmpdir(), 'graft-bench-'))
      const began = performance.now()
      const child = (part: Part): Promise<Measured> => measureInChild(part, {
        program: surroundings.program, dataDir: join(folder, 'data'), signal,
        // Features must not come from the cache of an earlier benchmark. The native runtime stays where it is.
        env: {
          ...surroundings.env,
          GRAFT_RUNTIME_DIR: surroundings.env.GRAFT_RUNTIME_DIR ?? join(surroundings.cacheDir, 'runtime'),
          GRAFT_CACHE_DIR: join(folder, 'cache')
        }
      })
      const progress = context.progress()
      try {
        const { figures, backend } = await runBenchmark({
          folder, photos, device, measure: child, bfloat16: await bfloat16On(context, device),
          measureTorch: (wanted) => measureTorch(wanted, { program: surroundings.program, env: surroundings.env, signal }),
          tell: (text) => progress.line(say(text)), ...(flags.data !== undefined && { data: flags.data })
        })
        return {
          document: { backend: backend?.kind ?? null, compute: backend ?? null, figures, seconds: (performance.now() - began) / 1000 },
          text: [
            ...(backend ? [backendText(backend, language), ''] : []),
            figuresText(figures, language), '',
            say({ en: `Measured in ${duration((performance.now() - began) / 1000, 'en')}.`, zh: `测量用时 ${duration((performance.now() - began) / 1000, 'zh')}。` })
          ].join('\n')
        }
      } finally {
        progress.stop()
        await rm(folder, { recursive: true, force: true })
      }
    }))

  program.command('bench-part', { hidden: true }).argument('<part>').action(context.action(async (text: string) => {
    const part = partSchema.safeParse(parse(text))
    if (!part.success) throw usageError('invalid-value', { en: `"${text}" is no part of the benchmark.`, zh: `“${text}”不是基准测试的一部分。` })
    if (part.data.part === 'train') context.kernels = part.data.kernels
    const { library, signal } = context
    const measured = await measure({ library, signal, engine: () => context.engine(), createRun: (spec) => createRun(context, spec) }, part.data)
    return { document: measured, text: JSON.stringify(measured) }
  }))
}

/** Whether the device that is measured computes bfloat16. */
async function bfloat16On({ surroundings, dataDir }: Context, device: Device): Promise<Support> {
  const { chosen, bfloat16 } = await surroundings.diagnose(dataDir)
  return device !== 'auto' && device !== chosen.kind ? { available: false, reason: onProcessors } : bfloat16 ?? { available: false, reason: onProcessors }
}

function readPhotos(text: string | undefined): number {
  if (text === undefined) return defaultPhotos
  if (/^\d{1,8}$/.test(text)) return Number(text)
  throw usageError('invalid-value', {
    en: `--photos takes a whole number, not "${text}".`, zh: `--photos 应为整数，而不是“${text}”。`
  }, { field: 'photos' })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
