import { join } from 'node:path'
import type { Device } from '../contract/runs'
import type { Text } from '../contract/text'
import { count } from '../rules/format/figures'
import { writeNoise } from './archive'
import { figureOf, median, type Figure } from './figures'
import { largeDataset, type Measured, type Part } from './parts'
import type { TorchMeasured, TorchWanted } from './torch'

/** Training steps that are measured against PyTorch's in float32: network, images a step, side of the images, and what is aimed at. */
export const torchRows = [
  { network: 'seed-cnn', batch: 64, side: 32, name: { en: 'seed CNN', zh: '种子 CNN' }, aim: 1.35 },
  { network: 'seed-cnn', batch: 128, side: 32, name: { en: 'seed CNN', zh: '种子 CNN' }, aim: 1.35 },
  { network: 'resnet-20', batch: 128, side: 32, name: { en: 'ResNet-20', zh: 'ResNet-20' }, aim: 1.15 },
  { network: 'lenet', batch: 64, side: 32, name: { en: 'LeNet', zh: 'LeNet' }, aim: 1.1 },
  { network: 'mobilenet-v2', batch: 32, side: 128, name: { en: 'MobileNet v2, 128×128', zh: 'MobileNet v2，128×128' }, aim: 1.1 },
  { network: 'efficientnet-lite0', batch: 32, side: 128, name: { en: 'EfficientNet-Lite0, 128×128', zh: 'EfficientNet-Lite0，128×128' }, aim: 1.1 }
] as const

const torchLayouts = ['contiguous', 'channels-last'] as const

/** Turns each way. */
const turns = 3
/** Images of noise that large networks train on: of 128×128 pixels, they lie in a cache of 88 MB. */
const largeImages = 1800

interface Options {
  folder: string
  device: Device
  measure(part: Part): Promise<Measured>
  measureTorch(wanted: TorchWanted): Promise<TorchMeasured | undefined>
  tell(text: Text): void
}

/** Graft's steps, as functions where they can be had, and PyTorch's by turns; nothing where PyTorch is not there. */
export async function measureAgainstTorch({ folder, device, measure, measureTorch, tell }: Options): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const row of torchRows) {
    const { network, batch, side } = row
    const large = side > 32
    const own: Measured[] = []
    const torch: Record<typeof torchLayouts[number], TorchMeasured[]> = { 'contiguous': [], 'channels-last': [] }
    for (let turn = 1; turn <= turns; turn++) {
      tell({ en: `PyTorch with ${network}, batch ${batch}, turn ${turn} of ${turns} …`, zh: `${network} 与 PyTorch，批大小 ${batch}，第 ${turn}/${turns} 次 …` })
      for (const layout of torchLayouts) {
        const measured = await measureTorch({ network, batch, side, precision: 'float32', layout })
        if (!measured) {
          tell(noTorch)
          return figures
        }
        torch[layout].push(measured)
      }
      if (large && row === firstLarge && turn === 1) await prepareLarge(folder, measure)
      own.push(await measure({ part: 'steps', network, functions: true, batch, device, ...(large && { dataset: largeDataset }) }))
    }
    figures.push(torchFigure(row, own, torch))
  }
  return figures
}

const firstLarge = torchRows.find(({ side }) => side > 32)

async function prepareLarge(folder: string, measure: Options['measure']): Promise<void> {
  const path = join(folder, 'large')
  await writeNoise(path, largeImages)
  await measure({ part: 'import', path, id: largeDataset, side: 128 })
}

export const noTorch: Text = {
  en: 'PyTorch is not measured: it needs a checkout, and a python3 that has it (GRAFT_PYTHON names another).',
  zh: '未测量 PyTorch：需要源码目录，以及装有 PyTorch 的 python3（可用 GRAFT_PYTHON 指定）。'
}

/** The median of Graft's turns against that of PyTorch's better layout. */
export function torchFigure(
  { network, batch, name, aim }: typeof torchRows[number], own: readonly Measured[],
  torch: Readonly<Record<typeof torchLayouts[number], readonly TorchMeasured[]>>
): Figure {
  const speed = (measured: readonly Pick<Measured, 'imagesPerSecond'>[]): number => median(measured.map(({ imagesPerSecond }) => imagesPerSecond))
  const best = Math.max(...torchLayouts.map((layout) => speed(torch[layout])))
  const layout = torchLayouts.find((each) => speed(torch[each]) === best)!
  const { version } = torch[layout][0]!
  return figureOf(`torch-${network}-${batch}`, {
    en: `${name.en}, batch ${batch}: ${count(speed(own))} images/s against ${count(best)} of PyTorch ${version}, ${layout}`,
    zh: `${name.zh}，批大小 ${batch}：${count(speed(own))} 张/秒，PyTorch ${version}（${layout}）${count(best)} 张/秒`
  }, speed(own) / best, 'times', 'least', aim)
}
