import { join } from 'node:path'
import type { Support } from '../contract/doctor'
import type { BackendSummary, Device } from '../contract/runs'
import type { Text } from '../contract/text'
import { bytes, count } from '../rules/format/figures'
import { measureAgainstTorch, noTorch } from './against-torch'
import { writeNoise } from './archive'
import { bfloat16Figures, bfloat16Rows, importFigures, kernelFigure, photoFigures, probeFigure, serviceFigure, stepFigures, type Figure } from './figures'
import { benchDataset, photosDataset, type Measured, type Part } from './parts'
import type { TorchMeasured, TorchWanted } from './torch'

/** Images of noise to read where no data is given; test images of real data count too. */
const noiseImages = 24_000
/** Turns each way: speeds wander, so the two take turns. */
const turns = 3

interface BenchmarkOptions {
  /** A folder for what is made on the way; whoever called takes it away. */
  folder: string
  /** Data to read and train on; noise is written where none is given. */
  data?: string
  /** Synthetic photographs to import and train on; 0 leaves them out. */
  photos: number
  device: Device
  /** Makes one measurement in a process of its own. */
  measure(part: Part): Promise<Measured>
  /** Whether this machine computes bfloat16. */
  bfloat16: Support
  /** The same with PyTorch; undefined where it is not there. */
  measureTorch(wanted: TorchWanted): Promise<TorchMeasured | undefined>
  /** A line for the person. */
  tell(text: Text): void
}

/** All figures, and the backend they were measured on. */
export async function runBenchmark(
  options: BenchmarkOptions
): Promise<{ figures: Figure[], backend: BackendSummary | undefined }> {
  const { folder, data, photos, device, measure, tell } = options
  const path = data ?? join(folder, 'noise')
  if (data === undefined) {
    const size = await writeNoise(path, noiseImages)
    tell({ en: `Wrote ${bytes(size)} of noise to read.`, zh: `已写入 ${bytes(size)} 的噪声供读取。` })
  }
  tell({ en: 'Importing …', zh: '导入 …' })
  const figures: (Figure | undefined)[] = importFigures(await measure({ part: 'import', path, id: benchDataset }))

  if (photos > 0) {
    const jpegs = join(folder, 'photos')
    tell({ en: `Writing ${count(photos)} JPEGs …`, zh: `写入 ${count(photos)} 张 JPEG …` })
    await measure({ part: 'photos', path: jpegs, images: photos })
    tell({ en: 'Looking at them …', zh: '查看 …' })
    const inspected = await measure({ part: 'inspect', path: jpegs })
    tell({ en: 'Importing them …', zh: '导入 …' })
    const imported = await measure({ part: 'import', path: jpegs, id: photosDataset })
    tell({ en: 'Training over them …', zh: '训练 …' })
    const trained = await measure({ part: 'train-over', dataset: photosDataset, device })
    figures.push(...photoFigures({ imported, inspected, trained }))
  }

  const speeds: Record<'graft' | 'stock', Measured[]> = { graft: [], stock: [] }
  for (let turn = 1; turn <= turns; turn++) {
    for (const kernels of ['stock', 'graft'] as const) {
      tell({ en: `Training, ${kernels} kernels, turn ${turn} of ${turns} …`, zh: `训练，${kernels} 内核，第 ${turn}/${turns} 次 …` })
      speeds[kernels].push(await measure({ part: 'train', kernels, device }))
    }
  }
  figures.push(kernelFigure(speeds.graft, speeds.stock))

  for (const network of ['seed-cnn', 'resnet-20'] as const) {
    const steps: Record<'functions' | 'operations', Measured[]> = { functions: [], operations: [] }
    for (let turn = 1; turn <= turns; turn++) {
      for (const functions of [false, true]) {
        tell({ en: `Steps of ${network}, ${functions ? 'as functions' : 'operation by operation'}, turn ${turn} of ${turns} …`, zh: `${network} 的训练步，${functions ? '作为函数' : '逐个运算'}，第 ${turn}/${turns} 次 …` })
        const measured = await measure({ part: 'steps', network, functions, device })
        if (measured.functions !== functions) break
        steps[functions ? 'functions' : 'operations'].push(measured)
      }
      if (steps.functions.length < turn) break
    }
    figures.push(...stepFigures(network, steps.functions, steps.operations))
  }

  figures.push(...await measureAgainstTorch(options), ...await measureBfloat16(options))
  tell({ en: 'Linear probe …', zh: '线性探测 …' })
  const [trained] = speeds.graft
  figures.push(probeFigure(await measure({ part: 'probe', source: `run:${trained?.runId}`, device })))
  tell({ en: 'Serving …', zh: '提供服务 …' })
  figures.push(serviceFigure(await measure({ part: 'serve', source: `run:${trained?.runId}`, path: join(folder, 'served'), device })))
  return { figures: figures.filter((figure) => figure !== undefined), backend: trained?.backend }
}

/** Steps in bfloat16, in float32 and in PyTorch's autocast by turns. */
async function measureBfloat16({ bfloat16, device, measure, measureTorch, tell }: BenchmarkOptions): Promise<Figure[]> {
  if (!bfloat16.available) {
    tell({ en: `bfloat16 is not measured. ${bfloat16.reason.en}`, zh: `未测量 bfloat16。${bfloat16.reason.zh}` })
    return []
  }
  const figures: Figure[] = []
  let hasTorch = true
  for (const row of bfloat16Rows) {
    const { network, batch } = row
    const [fast, exact, torch]: [Measured[], Measured[], TorchMeasured[]] = [[], [], []]
    for (let turn = 1; turn <= turns; turn++) {
      tell({ en: `bfloat16 with ${network}, turn ${turn} of ${turns} …`, zh: `${network} 的 bfloat16，第 ${turn}/${turns} 次 …` })
      exact.push(await measure({ part: 'steps', network, functions: true, batch, device }))
      fast.push(await measure({ part: 'steps', network, functions: true, precision: 'bfloat16', batch, device }))
      const measured = hasTorch ? await measureTorch({ network, batch, precision: 'bfloat16' }) : undefined
      if (measured) torch.push(measured)
      else if (hasTorch) {
        hasTorch = false
        tell(noTorch)
      }
    }
    figures.push(...bfloat16Figures(row, fast, exact, torch))
  }
  return figures
}
