import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeNoise } from '../bench/archive'
import { measureInChild } from '../bench/child'
import { figuresText, importFigures, kernelFigure, photoFigures, probeFigure, type Figure } from '../bench/figures'
import { benchDataset, measure, partSchema, photosDataset, type Measured, type Part } from '../bench/parts'
import { usageError } from '../output/errors'
import { bytes, count, duration } from '../output/format'
import { readDevice } from '../input/options'
import { backendText } from '../output/report/run'
import type { CliCommand } from './shared/command'

/** Images of noise to read where no data is given; test images of real data count too. */
const noiseImages = 24_000
/** Synthetic photographs to import and train on. */
const defaultPhotos = 20_000
/** Turns each way: speeds wander, so the two take turns. */
const turns = 3

export const bench: CliCommand = (program, context) => {
  const { say, language } = context
  program.command('bench')
    .description(say({
      en: 'Speed figures of this machine, as ratios measured in one run; nothing of it is kept',
      zh: '本机的速度指标（同一次测量中的比值）；不保留任何数据'
    }))
    .option('--data <path>', say({ en: 'Data to read and train on instead of noise, e.g. CIFAR-10\'s archive', zh: '用于读取和训练的数据（默认用噪声），如 CIFAR-10 压缩包' }))
    .option('--device <auto|gpu|cpu|wasm>', say({ en: 'Where to compute (default auto)', zh: '计算设备（默认 auto）' }))
    .option('--photos <n>', say({
      en: `Synthetic JPEGs to import and train on (default ${defaultPhotos}; 0 leaves this out, 200000 takes some minutes)`,
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
        // Features must not come from an earlier benchmark's cache; the native runtime stays where it is.
        env: {
          ...surroundings.env,
          GRAFT_RUNTIME_DIR: surroundings.env.GRAFT_RUNTIME_DIR ?? join(surroundings.cacheDir, 'runtime'),
          GRAFT_CACHE_DIR: join(folder, 'cache')
        }
      })
      const progress = context.progress()
      try {
        const path = flags.data ?? join(folder, 'noise')
        if (flags.data === undefined) {
          const size = await writeNoise(path, noiseImages)
          progress.line(say({ en: `Wrote ${bytes(size)} of noise to read.`, zh: `已写入 ${bytes(size)} 的噪声供读取。` }))
        }
        progress.line(say({ en: 'Importing …', zh: '导入 …' }))
        const figures: (Figure | undefined)[] = importFigures(await child({ part: 'import', path, id: benchDataset }))

        if (photos > 0) {
          const jpegs = join(folder, 'photos')
          progress.line(say({ en: `Writing ${count(photos)} JPEGs …`, zh: `写入 ${count(photos)} 张 JPEG …` }))
          await child({ part: 'photos', path: jpegs, images: photos })
          progress.line(say({ en: 'Looking at them …', zh: '查看 …' }))
          const inspected = await child({ part: 'inspect', path: jpegs })
          progress.line(say({ en: 'Importing them …', zh: '导入 …' }))
          const imported = await child({ part: 'import', path: jpegs, id: photosDataset })
          progress.line(say({ en: 'Training over them …', zh: '训练 …' }))
          const trained = await child({ part: 'train-over', dataset: photosDataset, device })
          figures.push(...photoFigures({ imported, inspected, trained }))
        }

        const speeds: Record<'graft' | 'stock', Measured[]> = { graft: [], stock: [] }
        for (let turn = 1; turn <= turns; turn++) {
          for (const kernels of ['stock', 'graft'] as const) {
            progress.line(say({ en: `Training, ${kernels} kernels, turn ${turn} of ${turns} …`, zh: `训练，${kernels} 内核，第 ${turn}/${turns} 次 …` }))
            speeds[kernels].push(await child({ part: 'train', kernels, device }))
          }
        }
        figures.push(kernelFigure(speeds.graft, speeds.stock))

        progress.line(say({ en: 'Linear probe …', zh: '线性探测 …' }))
        const [trained] = speeds.graft
        figures.push(probeFigure(await child({ part: 'probe', source: `run:${trained?.runId}`, device })))

        const known = figures.filter((figure) => figure !== undefined)
        const backend = trained?.backend
        return {
          document: { backend: backend?.kind ?? null, compute: backend ?? null, figures: known, seconds: (performance.now() - began) / 1000 },
          text: [
            ...(backend ? [backendText(backend, language), ''] : []),
            figuresText(known, language), '',
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
    const measured = await measure(context, part.data)
    return { document: measured, text: JSON.stringify(measured) }
  }))
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
