import type { Language, Text } from '../contract/text'
import { table } from '../rules/format/columns'
import { bytes, count } from '../rules/format/figures'
import type { Measured } from './parts'
import type { TorchMeasured } from './torch'

/** One figure of the benchmark: a value, and what it should reach. */
export interface Figure {
  id: string
  title: Text
  value: number
  unit: 'images/s' | 'bytes' | 'times'
  /** Reached when the value is at least (or at most) this. */
  aim: { at: 'least' | 'most', value: number }
  reached: boolean
}

export function figureOf(id: string, title: Text, value: number, unit: Figure['unit'], at: 'least' | 'most', aim: number): Figure {
  return { id, title, value, unit, aim: { at, value: aim }, reached: at === 'least' ? value >= aim : value <= aim }
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const importFigures = ({ imagesPerSecond, residentBytes }: Measured): Figure[] => [
  figureOf('import-speed', { en: 'import of CIFAR-10\'s layout', zh: '导入 CIFAR-10 格式数据' }, imagesPerSecond, 'images/s', 'least', 20_000),
  figureOf('import-memory', { en: 'memory of the import', zh: '导入占用的内存' }, residentBytes, 'bytes', 'most', 300e6)
]

/** JPEGs of 64×64 pixels: to import, to look at before, and to train on. */
export const photoFigures = ({ imported, inspected, trained }: Record<'imported' | 'inspected' | 'trained', Measured>): Figure[] => {
  const images = count(imported.images ?? 0)
  return [
    figureOf('photos-speed', { en: `import of ${images} JPEGs, 64×64`, zh: `导入 ${images} 张 64×64 JPEG` }, imported.imagesPerSecond, 'images/s', 'least', 1500),
    figureOf('photos-memory', { en: 'memory of that import', zh: '该导入占用的内存' }, imported.residentBytes, 'bytes', 'most', 600e6),
    figureOf('photos-look-memory', {
      en: `memory of looking at ${count(inspected.images ?? 0)} of them first (${count(inspected.imagesPerSecond)} /s)`,
      zh: `导入前查看其中 ${count(inspected.images ?? 0)} 张所占内存（${count(inspected.imagesPerSecond)} 张/秒）`
    }, inspected.residentBytes, 'bytes', 'most', 600e6),
    figureOf('photos-training-memory', { en: 'memory of a training over them', zh: '用其训练所占内存' }, trained.residentBytes, 'bytes', 'most', 1.5e9)
  ]
}

/** Graft's kernels against TensorFlow.js's own, each the fastest of its turns: other work on the machine only slows. */
export function kernelFigure(graft: readonly Measured[], stock: readonly Measured[]): Figure {
  const speed = (turns: readonly Measured[]): number => Math.max(...turns.map((turn) => turn.imagesPerSecond))
  const title = {
    en: `seed CNN, batch 64: ${count(speed(graft))} images/s against ${count(speed(stock))} with stock kernels`,
    zh: `种子 CNN，批大小 64：${count(speed(graft))} 张/秒，原始内核 ${count(speed(stock))} 张/秒`
  }
  return figureOf('kernels', title, speed(graft) / speed(stock), 'times', 'least', 1.4)
}

/** Steps as functions against the same steps operation by operation, the median of the turns; nothing where functions cannot be. */
export function stepFigures(network: 'seed-cnn' | 'resnet-20', functions: readonly Measured[], operations: readonly Measured[]): Figure[] {
  if (functions.length === 0) return []
  const name = network === 'seed-cnn' ? { en: 'seed CNN', zh: '种子 CNN' } : { en: 'ResNet-20', zh: 'ResNet-20' }
  const speed = (turns: readonly Measured[]): number => median(turns.map((turn) => turn.imagesPerSecond))
  // Two processes that do the same differ by some two in a hundred.
  const memory = (turns: readonly Measured[]): number => median(turns.map((turn) => turn.residentBytes))
  return [
    figureOf(`functions-${network}`, {
      en: `${name.en}, batch 64, steps as functions: ${count(speed(functions))} images/s against ${count(speed(operations))} operation by operation`,
      zh: `${name.zh}，批大小 64，整步作为函数：${count(speed(functions))} 张/秒，逐个运算 ${count(speed(operations))} 张/秒`
    }, speed(functions) / speed(operations), 'times', 'least', 1.1),
    figureOf(`functions-memory-${network}`, {
      en: `${name.en}: memory with functions (${bytes(memory(functions))}) against without`, zh: `${name.zh}：函数方式所占内存（${bytes(memory(functions))}）与逐个运算之比`
    }, memory(functions) / memory(operations), 'times', 'most', 1.03)
  ]
}

/** The networks that bfloat16 is measured on, with the batch and what PyTorch's autocast is to be exceeded by. */
export const bfloat16Rows = [
  { network: 'seed-cnn', batch: 64, name: { en: 'seed CNN', zh: '种子 CNN' }, aim: 1.3 },
  { network: 'resnet-20', batch: 128, name: { en: 'ResNet-20', zh: 'ResNet-20' }, aim: 1.1 }
] as const

/**
 * Steps in bfloat16 against Graft's own in float32, and against PyTorch's autocast to bfloat16, channels-last; medians of the
 * turns. Never against anybody's float32. Nothing where the machine has it not; without PyTorch the first alone.
 */
export function bfloat16Figures(
  { network, batch, name, aim }: typeof bfloat16Rows[number], fast: readonly Measured[], exact: readonly Measured[], torch: readonly TorchMeasured[]
): Figure[] {
  if (fast.length === 0) return []
  const speed = (turns: readonly Pick<Measured, 'imagesPerSecond'>[]): number => median(turns.map((turn) => turn.imagesPerSecond))
  return [
    figureOf(`bfloat16-${network}`, {
      en: `${name.en}, batch ${batch}, bfloat16: ${count(speed(fast))} images/s against ${count(speed(exact))} in Graft's float32`,
      zh: `${name.zh}，批大小 ${batch}，bfloat16：${count(speed(fast))} 张/秒，Graft 的 float32 ${count(speed(exact))} 张/秒`
    }, speed(fast) / speed(exact), 'times', 'least', 1.2),
    ...(torch.length === 0 ? [] : [figureOf(`bfloat16-torch-${network}`, {
      en: `${name.en}, batch ${batch}, bfloat16: ${count(speed(fast))} images/s against ${count(speed(torch))} of PyTorch ${torch[0]!.version}, autocast`,
      zh: `${name.zh}，批大小 ${batch}，bfloat16：${count(speed(fast))} 张/秒，PyTorch ${torch[0]!.version} autocast ${count(speed(torch))} 张/秒`
    }, speed(fast) / speed(torch), 'times', 'least', aim)])
  ]
}

/** What a later epoch of a linear probe costs, as a part of the first, which computes the features. */
export function probeFigure({ epochSeconds = [] }: Measured): Figure | undefined {
  const [first, ...later] = epochSeconds
  if (first === undefined || later.length === 0) return undefined
  return figureOf('probe-epoch', {
    en: 'linear probe: first epoch against a later one', zh: '线性探测：首轮用时与之后每轮之比'
  }, first / median(later), 'times', 'least', 20)
}

/** Pictures answered a second when asked for more, as callers of a served model do; nothing where a request was lost. */
export function serviceFigure({ imagesPerSecond, images = 0, lost = 0, milliseconds = 0 }: Measured): Figure {
  return figureOf('serve', {
    en: `seed CNN served: ${count(images)} requests answered, ${count(lost)} lost, 95 % within ${count(milliseconds)} ms`,
    zh: `种子 CNN 服务：回答 ${count(images)} 个请求，丢失 ${count(lost)} 个，95 % 在 ${count(milliseconds)} 毫秒内`
  }, lost > 0 ? 0 : imagesPerSecond, 'images/s', 'least', 100)
}

const valueText = (value: number, unit: Figure['unit']): string =>
  unit === 'bytes' ? bytes(value) : unit === 'times' ? `${value.toFixed(2)} ×` : `${count(value)} /s`

export function figuresText(figures: readonly Figure[], language: Language): string {
  const zh = language === 'zh'
  return table([
    { title: zh ? '项目' : 'what' }, { title: zh ? '结果' : 'value', align: 'right' }, { title: zh ? '目标' : 'aim', align: 'right' }, { title: '' }
  ], figures.map(({ title, value, unit, aim, reached }) => [
    title[language], valueText(value, unit), `${aim.at === 'least' ? '≥' : '≤'} ${valueText(aim.value, unit)}`,
    reached ? (zh ? '达到' : 'reached') : (zh ? '未达到' : 'not reached')
  ]))
}
