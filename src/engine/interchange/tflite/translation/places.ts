import { Unreadable } from '../../../safetensors/header'
import { attributes } from '../../onnx/messages'
import { axisOf, orderOf } from './arithmetic'
import { sizeOf } from './numbers'
import { flatOf } from './sums'
import { axisInFirst, untranslated, type Step } from './translation'

const misfit = (name: string): Unreadable => new Unreadable({ en: `its step ${name} does not fit what goes into it`, zh: `其中的算子 ${name} 与其输入不符` })

/** The same numbers under other lengths. Vectors that become an image of one pixel have channels first at once. */
function shaped({ name, inputs: [input = -1], outputs: [output = -1], graph }: Step, wanted: readonly number[]): void {
  const from = graph.shape(input)
  const known = wanted.reduce((product, length) => length < 0 ? product : product * length, 1)
  const shape = wanted.map((length) => length < 0 ? sizeOf(from) / known : length)
  if (sizeOf(shape) !== sizeOf(from) || wanted.filter((length) => length < 0).length > 1) throw misfit(name)
  const constant = graph.constant(input)
  if (constant) return graph.setConstant(output, shape, [...constant.data])
  const isPixel = shape.length === 4 && shape[1] === 1 && shape[2] === 1
  const lengths = isPixel ? [shape[0]!, shape[3]!, 1, 1] : shape
  graph.set(output, shape, isPixel ? 'first' : 'last', graph.add(graph.tensor(output).name, 'Reshape', [flatOf(graph, input), graph.wholes(lengths)]), input)
}

export function reshape(step: Step): void {
  const { inputs: [, wanted = -1], options, graph } = step
  shaped(step, wanted >= 0 ? graph.ints(step, 1) : options?.ints(0) ?? [])
}

export function squeeze(step: Step): void {
  const { name, inputs: [input = -1], options, graph } = step
  const shape = graph.shape(input)
  const axes = (options?.ints(0) ?? []).map((axis) => axisOf(name, axis, shape.length))
  shaped(step, shape.filter((length, axis) => axes.length === 0 ? length !== 1 : !axes.includes(axis)))
}

export function expandDimensions(step: Step): void {
  const { name, inputs: [input = -1], graph } = step
  const shape = graph.shape(input)
  const at = axisOf(name, graph.ints(step, 1)[0] ?? 0, shape.length + 1)
  shaped(step, [...shape.slice(0, at), 1, ...shape.slice(at)])
}

export function transpose(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], graph } = step
  const shape = graph.shape(input)
  const order = graph.ints(step, 1)
  if (order.length !== shape.length || !shape.every((_, axis) => order.includes(axis))) throw misfit(name)
  graph.set(output, order.map((axis) => shape[axis]!), 'last', graph.add(graph.tensor(output).name, 'Transpose', [graph.last(input)], [attributes.ints('perm', order)]), input)
}

/** The lengths of a value: known before anything runs. */
export function lengthsOf({ inputs: [input = -1], outputs: [output = -1], graph }: Step): void {
  const shape = graph.shape(input)
  graph.setConstant(output, [shape.length], shape)
}

export function pad(step: Step): void {
  const { name, inputs: [input = -1, , filling = -1], outputs: [output = -1], options, graph } = step
  const shape = graph.shape(input)
  const sides = graph.ints(step, 1)
  if (sides.length !== 2 * shape.length || sides.some((count) => count < 0)) throw misfit(name)
  const mirrors = name === 'MIRROR_PAD'
  if (mirrors && (options?.byte(0) ?? 0) !== 0) throw untranslated(name, { en: 'that repeats the edge', zh: '重复边缘' })
  const order = orderOf({ graph, inputs: [input] })
  const at = (axis: number): number => order === 'first' ? [0, 3, 1, 2][axis]! : axis
  const pads = [0, 1].flatMap((end) => shape.map((_, axis) => sides[2 * at(axis) + end]!))
  const value = filling >= 0 ? graph.constant(filling)?.data[0] : 0
  if (value === undefined) throw untranslated(name, { en: 'with a computed value', zh: '其填充值由计算得出' })
  const made = graph.add(graph.tensor(output).name, 'Pad', [
    graph[order](input), graph.wholes(pads), ...(value === 0 || mirrors ? [] : [graph.floats('filling', [], Float32Array.of(value))])
  ], [attributes.text('mode', mirrors ? 'reflect' : 'constant')])
  graph.set(output, shape.map((length, axis) => length + sides[2 * axis]! + sides[2 * axis + 1]!), order, made, value === 0 || mirrors ? input : undefined)
}

interface Cut { start: number, end: number, stride: number, drops: boolean }

/** Part of a value: of each axis from a place to another, every so many. */
function cut({ name, inputs: [input = -1], outputs: [output = -1], graph }: Step, cuts: readonly Cut[]): void {
  const shape = graph.shape(input)
  const lengths = cuts.map(({ start, end, stride }) => Math.max(0, Math.ceil((end - start) / stride)))
  const left = lengths.filter((_, axis) => !cuts[axis]!.drops)
  const constant = graph.constant(input)
  if (constant) {
    if (shape.length !== 1) throw untranslated(name, { en: 'of a constant', zh: '作用于常量' })
    const { start, stride } = cuts[0]!
    return graph.setConstant(output, left, Array.from({ length: lengths[0]! }, (_, index) => constant.data[start + index * stride]!))
  }
  const drops = left.length !== lengths.length
  const order = drops ? 'last' : orderOf({ graph, inputs: [input] })
  const axes = cuts.map((_, axis) => axis).filter((axis) => lengths[axis] !== shape[axis] || cuts[axis]!.stride < 0)
  const own = graph.tensor(output).name
  const ends = axes.map((axis) => cuts[axis]!.end < 0 ? -(2 ** 31) : cuts[axis]!.end)
  const part = axes.length === 0 ? graph[order](input) : graph.add(own, 'Slice', [
    graph[order](input), graph.wholes(axes.map((axis) => cuts[axis]!.start)), graph.wholes(ends),
    graph.wholes(order === 'first' ? axes.map(axisInFirst) : axes), graph.wholes(axes.map((axis) => cuts[axis]!.stride))
  ])
  graph.set(output, left, order, drops ? graph.add(`${own}/fewer`, 'Reshape', [part, graph.wholes(left)]) : part, input)
}

export function stridedSlice(step: Step): void {
  const { name, inputs: [input = -1], options, graph } = step
  const shape = graph.shape(input)
  const [starts, ends, strides] = [1, 2, 3].map((at) => graph.ints(step, at)) as [number[], number[], number[]]
  const [startMask, endMask, ellipsis, newAxis, dropMask] = [0, 1, 2, 3, 4].map((at) => options?.int(at) ?? 0) as [number, number, number, number, number]
  if (ellipsis !== 0 || newAxis !== 0 || starts.length > shape.length || ends.length !== starts.length || strides.length !== starts.length) throw untranslated(name, { en: 'with an ellipsis or a new axis', zh: '含省略号或新轴' })
  cut(step, shape.map((length, axis) => {
    const stride = strides[axis] ?? 1
    if (stride === 0) throw misfit(name)
    const has = (mask: number): boolean => axis < starts.length && (mask >> axis & 1) === 0
    const within = (place: number): number => Math.min(Math.max(place < 0 ? place + length : place, stride > 0 ? 0 : -1), stride > 0 ? length : length - 1)
    const start = has(startMask) ? within(starts[axis]!) : stride > 0 ? 0 : length - 1
    const drops = axis < starts.length && (dropMask >> axis & 1) === 1
    return drops ? { start, end: start + 1, stride: 1, drops } : { start, stride, drops, end: has(endMask) ? within(ends[axis]!) : stride > 0 ? length : -1 }
  }))
}

export function slice(step: Step): void {
  const { name, inputs: [input = -1], graph } = step
  const shape = graph.shape(input)
  const [starts, sizes] = [graph.ints(step, 1), graph.ints(step, 2)]
  if (starts.length !== shape.length || sizes.length !== shape.length) throw misfit(name)
  cut(step, shape.map((length, axis) => {
    const start = starts[axis]!
    const end = sizes[axis]! < 0 ? length : start + sizes[axis]!
    if (start < 0 || end > length) throw misfit(name)
    return { start, end, stride: 1, drops: false }
  }))
}

/** A value in equal parts along an axis, or in its single places. */
export function split(step: Step): void {
  const { name, inputs, outputs, options, graph } = step
  const single = name === 'UNPACK'
  const input = inputs[single ? 0 : 1] ?? -1
  const shape = graph.shape(input)
  const axis = axisOf(name, single ? options?.int(1) ?? 0 : graph.ints(step, 0)[0] ?? 0, shape.length)
  const part = shape[axis]! / outputs.length
  if (!Number.isInteger(part) || (single && part !== 1)) throw misfit(name)
  outputs.forEach((output, at) => {
    cut({ ...step, inputs: [input], outputs: [output] }, shape.map((length, each) => (
      each === axis ? { start: at * part, end: (at + 1) * part, stride: 1, drops: single } : { start: 0, end: length, stride: 1, drops: false }
    )))
  })
}

/** Values of one shape beside one another along a new axis. */
export function pack(step: Step): void {
  const { name, inputs, outputs: [output = -1], options, graph } = step
  const [shape = []] = inputs.map((index) => graph.shape(index))
  const axis = axisOf(name, options?.int(1) ?? 0, shape.length + 1)
  const known = inputs.map((index) => graph.constant(index))
  if (inputs.length === 0 || inputs.some((index) => graph.shape(index).join() !== shape.join())) throw misfit(name)
  if (shape.length === 0 && known.every((each) => each !== undefined)) return graph.setConstant(output, [inputs.length], known.map(({ data }) => data[0]!))
  const one = [...shape.slice(0, axis), 1, ...shape.slice(axis)]
  const own = graph.tensor(output).name
  const parts = inputs.map((index) => graph.add(`${own}/part`, 'Reshape', [graph.last(index), graph.wholes(one)]))
  graph.set(output, one.map((length, at) => at === axis ? inputs.length : length), 'last', graph.add(own, 'Concat', parts, [attributes.int('axis', axis)]))
}

export function gather(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], options, graph } = step
  const shape = graph.shape(input)
  const axis = axisOf(name, options?.int(0) ?? 0, shape.length)
  const places = graph.ints(step, 1)
  const among = graph.shape(step.inputs[1])
  if ((options?.int(1) ?? 0) !== 0 || places.some((place) => !(place >= 0 && place < shape[axis]!))) throw misfit(name)
  const left = [...shape.slice(0, axis), ...among, ...shape.slice(axis + 1)]
  const constant = graph.constant(input)
  if (constant && shape.length === 1) return graph.setConstant(output, left, places.map((place) => constant.data[place]!))
  const indices = graph.writer.ints(graph.name('places'), places, among)
  graph.set(output, left, 'last', graph.add(graph.tensor(output).name, 'Gather', [graph.last(input), indices], [attributes.int('axis', axis)]), input)
}

/** Images of another size, with the places of pixels as TensorFlow Lite counts them. */
export function resize(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], options, graph } = step
  const [batch = 1, , , channels] = graph.shape(input)
  const [height, width] = graph.ints(step, 1)
  if (graph.shape(input).length !== 4 || height === undefined || width === undefined) throw misfit(name)
  const linear = name === 'RESIZE_BILINEAR'
  const [corners, half] = [options?.flag(linear ? 2 : 0) ?? false, options?.flag(linear ? 3 : 1) ?? false]
  const made = graph.add(graph.tensor(output).name, 'Resize', [graph.first(input), '', '', graph.wholes([batch, channels!, height, width])], [
    attributes.text('mode', linear ? 'linear' : 'nearest'),
    attributes.text('coordinate_transformation_mode', corners ? 'align_corners' : half ? 'half_pixel' : 'asymmetric'),
    // Half a pixel more and the whole number below is the nearest one, halves up.
    ...(linear ? [] : [attributes.text('nearest_mode', half || corners ? 'round_prefer_ceil' : 'floor')])
  ])
  graph.set(output, [batch, height, width, channels!], 'first', made, linear ? undefined : input)
}

/** A value several times after another along its axes. */
export function tile(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], graph } = step
  const shape = graph.shape(input)
  const times = graph.ints(step, 1)
  if (times.length !== shape.length) throw misfit(name)
  const order = orderOf({ graph, inputs: [input] })
  const counts = order === 'first' ? [0, 3, 1, 2].map((axis) => times[axis]!) : times
  graph.set(output, shape.map((length, axis) => length * times[axis]!), order, graph.add(graph.tensor(output).name, 'Tile', [graph[order](input), graph.wholes(counts)]), input)
}

/** Channels into blocks of pixels, or back. */
export function blocks({ name, inputs: [input = -1], outputs: [output = -1], options, graph }: Step): void {
  const [batch = 1, height = 0, width = 0, channels = 0] = graph.shape(input)
  const size = options?.int(0) ?? 0
  if (graph.shape(input).length !== 4 || size < 1) throw misfit(name)
  const opens = name === 'DEPTH_TO_SPACE'
  const shape = opens ? [batch, height * size, width * size, channels / size ** 2] : [batch, height / size, width / size, channels * size ** 2]
  graph.set(output, shape, 'first', graph.add(graph.tensor(output).name, opens ? 'DepthToSpace' : 'SpaceToDepth', [graph.first(input)], [attributes.int('blocksize', size)]), input)
}

/** Pixels that are so far apart as images of their own, as a convolution with holes is written. [batch, height, width, channels] */
export function spaceToBatch(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], graph } = step
  const [batch = 0, height = 0, width = 0, channels = 0] = graph.shape(input)
  const [[down = 0, across = 0, ...more], [top = 0, bottom = 0, left = 0, right = 0]] = [graph.ints(step, 1), graph.ints(step, 2)]
  const [rows, columns] = [(height + top + bottom) / down, (width + left + right) / across]
  const isPlain = graph.shape(input).length === 4 && more.length === 0 && [top, bottom, left, right].every((count) => count >= 0)
  if (!isPlain || !Number.isInteger(rows) || !Number.isInteger(columns)) throw misfit(name)
  const own = graph.tensor(output).name
  const around = graph.wholes([0, top, left, 0, 0, bottom, right, 0])
  const padded = graph.add(`${own}/padded`, 'Pad', [graph.last(input), around], [attributes.text('mode', 'constant')])
  const parted = graph.add(`${own}/parted`, 'Reshape', [padded, graph.wholes([batch, rows, down, columns, across, channels])])
  const turned = graph.add(`${own}/turned`, 'Transpose', [parted], [attributes.ints('perm', [2, 4, 0, 1, 3, 5])])
  const shape = [batch * down * across, rows, columns, channels]
  graph.set(output, shape, 'last', graph.add(own, 'Reshape', [turned, graph.wholes(shape)]), input)
}

/** And back. */
export function batchToSpace(step: Step): void {
  const { name, inputs: [input = -1], outputs: [output = -1], graph } = step
  const [all = 0, height = 0, width = 0, channels = 0] = graph.shape(input)
  const [[down = 0, across = 0, ...more], [top = 0, bottom = 0, left = 0, right = 0]] = [graph.ints(step, 1), graph.ints(step, 2)]
  const batch = all / (down * across)
  const isPlain = graph.shape(input).length === 4 && more.length === 0 && [top, bottom, left, right].every((count) => count >= 0)
  if (!isPlain || !Number.isInteger(batch)) throw misfit(name)
  const own = graph.tensor(output).name
  const parted = graph.add(`${own}/parted`, 'Reshape', [graph.last(input), graph.wholes([down, across, batch, height, width, channels])])
  const turned = graph.add(`${own}/turned`, 'Transpose', [parted], [attributes.ints('perm', [2, 3, 0, 4, 1, 5])])
  const whole = graph.add(own, 'Reshape', [turned, graph.wholes([batch, height * down, width * across, channels])])
  const shape = [batch, height * down - top - bottom, width * across - left - right, channels]
  graph.set(output, shape, 'last', graph.add(`${own}/cropped`, 'Slice', [
    whole, graph.wholes([top, left]), graph.wholes([top + shape[1]!, left + shape[2]!]), graph.wholes([1, 2])
  ]), input)
}
