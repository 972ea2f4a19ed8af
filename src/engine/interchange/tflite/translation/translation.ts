import { shown, Unreadable } from '../../../safetensors/header'
import type { Bounds } from '../../../safetensors/bounds'
import { GraphWriter } from '../../onnx/graph-writer'
import { attributes, type OnnxNodeToWrite } from '../../onnx/messages'
import { permuted } from '../../shared/permuted'
import type { ReadModel, ReadOperator } from '../reading/read'
import { types } from '../reading/types'
import { numbersOf, sizeOf, type Constant } from './numbers'

type Attributes = NonNullable<OnnxNodeToWrite['attributes']>

/** A value of the graph: its lengths as TensorFlow Lite has them, channels last, and its names in ONNX's graph in either order. */
interface Value { shape: readonly number[], last?: string, first?: string }

/** Where channels lie in a value that leaves a step: as in TensorFlow Lite, or in front of height and width. */
export type Order = 'last' | 'first'

const toFirst = [0, 3, 1, 2]
const toLast = [0, 2, 3, 1]
/** An axis of [batch, height, width, channels] among [batch, channels, height, width]. */
export const axisInFirst = (axis: number): number => [0, 2, 3, 1][axis]!

/** Numbers that a step may make of one image, a gigabyte: whoever runs the graph takes memory for what it claims. */
const mostNumbers = 2 ** 28

/** What a step is written with: its operator, as errors name it, and the graph around it. */
export type Step = ReadOperator & { graph: Translation }

/** A step that cannot be said in ONNX. */
export class Untranslated extends Unreadable {}
export const untranslated = (name: string, why?: { en: string, zh: string }): Untranslated => new Untranslated({
  en: `its step ${shown(name)}${why ? ` ${why.en}` : ''} is not one that Graft translates`, zh: `其中的算子 ${shown(name)}${why ? `（${why.zh}）` : ''}无法转换`
})

/**
 * A TensorFlow Lite graph on its way to ONNX, for one image at once. Images stay channels first from the first convolution on, so
 * that the order changes no more often than it must. Whole numbers become the real ones that they stand for; a value that the
 * file keeps in eight bits is rounded to what these can hold.
 */
export class Translation {
  readonly writer = new GraphWriter()
  private readonly values = new Map<number, Value>()
  private readonly constants = new Map<number, Constant>()
  private readonly names = new Set<string>()

  constructor(private readonly model: ReadModel, private readonly bounds: Bounds) {}

  /** A name that nothing else has. */
  name(wanted: string): string {
    const short = (wanted.split(';')[0] ?? '').slice(0, 150) || 'value'
    let name = short
    for (let count = 2; this.names.has(name); count++) name = `${short}#${count}`
    this.names.add(name)
    return name
  }

  tensor(index: number): ReadModel['tensors'][number] {
    const found = this.model.tensors[index]
    if (!found) throw new Unreadable({ en: 'a step lacks an input or an output', zh: '某一步缺少输入或输出' })
    return found
  }

  /** The numbers of a constant; undefined where it is none. @throws GraftError `model-too-large` */
  constant(index: number | undefined): Constant | undefined {
    if (index === undefined || index < 0) return undefined
    const known = this.constants.get(index)
    const { data, ...tensor } = this.tensor(index)
    if (known || !data || this.values.has(index)) return known
    this.bounds.take(sizeOf(tensor.shape))
    const found = numbersOf({ ...tensor, data })
    this.constants.set(index, found)
    return found
  }

  /** Few whole numbers that are constant. @throws Unreadable where they are computed */
  ints({ name, inputs }: ReadOperator, at: number): number[] {
    const found = this.constant(inputs[at])
    if (!found || found.data.length > 1_000) throw untranslated(name, { en: 'with computed places', zh: '其位置由计算得出' })
    return [...found.data]
  }

  /** Numbers that are constant before anything runs, such as lengths. */
  setConstant(index: number, shape: readonly number[], data: readonly number[]): void {
    this.constants.set(index, { shape, data: Float32Array.from(data) })
  }

  shape(index: number | undefined): readonly number[] {
    const known = this.values.get(index ?? -1)?.shape ?? this.constant(index)?.shape
    if (!known) throw new Unreadable({ en: 'a step needs what no step makes', zh: '某一步所需的值无处产生' })
    return known
  }

  /** Whether a value lies channels first already. */
  isFirst(index: number): boolean {
    return this.values.get(index)?.first !== undefined
  }

  /** The name of a value as TensorFlow Lite has it, or of a constant. */
  last(index: number): string {
    const value = this.values.get(index)
    if (!value) return this.written(index)
    return value.last ??= this.turned(value.first!, toLast)
  }

  /** The name of an image's values with channels in front; of a constant of fewer axes, what stands for it there. */
  first(index: number): string {
    const value = this.values.get(index)
    if (value) return value.first ??= this.turned(value.last!, toFirst)
    const { shape, data } = this.known(index)
    if (sizeOf(shape) === 1) return this.written(index)
    const full = [...Array.from({ length: 4 - shape.length }, () => 1), ...shape]
    return this.floats(`${this.tensor(index).name}/first`, toFirst.map((axis) => full[axis]!), permuted(data, full, toFirst))
  }

  private turned(name: string, order: readonly number[]): string {
    return this.add(`${name}/turned`, 'Transpose', [name], [attributes.ints('perm', order)])
  }

  private known(index: number): Constant {
    const found = this.constant(index)
    if (!found) throw new Unreadable({ en: 'a step needs what no step makes', zh: '某一步所需的值无处产生' })
    return found
  }

  private readonly constantNames = new Map<number, string>()
  private written(index: number): string {
    const known = this.constantNames.get(index)
    if (known !== undefined) return known
    const { shape, data } = this.known(index)
    const name = this.floats(this.tensor(index).name, shape, data)
    this.constantNames.set(index, name)
    return name
  }

  /** Numbers beside the graph. @returns their name */
  floats(wanted: string, shape: readonly number[], data: Float32Array): string {
    this.bounds.take(data.length)
    return this.writer.floats(this.name(wanted), shape, data)
  }

  wholes(values: readonly number[]): string {
    return this.writer.ints(this.name('whole'), values)
  }

  /** @returns the name of what the node makes */
  add(wanted: string, operator: string, inputs: readonly string[], more: Attributes = []): string {
    return this.writer.node(this.name(wanted), operator, inputs, more)
  }

  /** What goes into the graph, channels last. */
  input(index: number, shape: readonly number[], name: string): void {
    this.values.set(index, { shape, last: name })
  }

  /** The same value under another number. */
  alias(index: number, from: number): void {
    const value = this.values.get(from)
    if (value) this.values.set(index, { ...value })
    else this.constants.set(index, this.known(from))
  }

  /**
   * A value that a step made, rounded to what the file's eight bits can hold.
   * @param moved the input that the step only moves, whose rounding then counts for it
   */
  set(index: number, shape: readonly number[], order: Order, made: string, moved?: number): void {
    if (!shape.every((length) => Number.isInteger(length) && length > 0)) throw new Unreadable({ en: 'a step leaves nothing', zh: '某一步的输出为空' })
    if (sizeOf(shape) > mostNumbers) throw new Unreadable({ en: 'a step leaves more than 268 million numbers for one image', zh: '某一步对一张图像输出超过 2.68 亿个数' })
    const grid = this.gridOf(index)
    const same = grid && moved !== undefined && this.gridOf(moved)
    const isSame = same && same.scale === grid.scale && same.zero === grid.zero && same.type === grid.type
    this.values.set(index, { shape, [order]: grid && !isSame ? this.rounded(made, grid) : made })
  }

  private gridOf(index: number): Grid | undefined {
    const { type, quantisation } = this.tensor(index)
    if (!quantisation || (type !== types.int8 && type !== types.uint8)) return undefined
    const { scale: [scale = 0, ...others], zeroPoint: [zero = 0] } = quantisation
    return others.length === 0 && scale > 0 && Number.isFinite(scale) ? { type, scale, zero } : undefined
  }

  /**
   * scale · clip(round(x / scale)), in steps of arithmetic: what ONNX has for it makes its runtime quantise kernels anew, by ranges
   * of its own, and answers drift from LiteRT's by twenty steps and more.
   */
  private rounded(made: string, { type, scale, zero }: Grid): string {
    const [least, most] = type === types.int8 ? [-128, 127] : [0, 255]
    const number = (what: string, value: number): string => this.floats(`${made}/${what}`, [], Float32Array.of(value))
    const unit = number('scale', scale)
    const whole = this.add(`${made}/whole`, 'Round', [this.add(`${made}/steps`, 'Div', [made, unit])])
    return this.add(`${made}/real`, 'Mul', [this.add(`${made}/kept`, 'Clip', [whole, number('least', least - zero), number('most', most - zero)]), unit])
  }
}

interface Grid { type: number, scale: number, zero: number }
