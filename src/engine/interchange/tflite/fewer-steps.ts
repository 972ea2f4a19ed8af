import type { Size } from '../../network/shapes'
import { whole, type Constant, type Step } from './step'

/** The same in fewer steps: scales and shifts go into the kernels before them, activations into the step before them. */
export const fewer = (steps: readonly Step[]): Step[] =>
  fused(folded(steps)).flatMap((step) => step.operator === 'affine' ? depthwiseOf(step) : [step])

const weighty: readonly Step['operator'][] = ['convolution', 'depthwise', 'fullyConnected']

/** How often each value is read. */
function readers(steps: readonly Step[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of steps.flatMap(({ inputs }) => inputs)) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Scales and shifts by channel go into the kernel that made what they change, where nothing else reads that. */
function folded(steps: readonly Step[]): Step[] {
  return joined(steps, ({ operator }) => operator === 'affine', ({ operator }) => weighty.includes(operator), (before, { name, constants: [scale, shift] }) => {
    const [kernel, bias] = before.constants as [Constant, Constant]
    const last = kernel.axis === 3
    const channels = bias.data.length
    const inner = kernel.data.length / channels
    const channelOf = (index: number): number => last ? index % channels : Math.floor(index / inner)
    return {
      ...before, name,
      constants: [
        { ...kernel, data: Float32Array.from(kernel.data, (value, index) => value * scale!.data[channelOf(index)]!) },
        { ...bias, data: Float32Array.from(bias.data, (value, at) => value * scale!.data[at]! + shift!.data[at]!) }
      ]
    }
  })
}

/** Activations are part of the step before them, where nothing else reads what it makes. */
function fused(steps: readonly Step[]): Step[] {
  return joined(steps, ({ operator }) => operator === 'relu' || operator === 'relu6',
    ({ operator, options }) => [...weighty, 'add'].includes(operator) && options.activation === undefined,
    (before, { operator, name }) => ({ ...before, name, options: { ...before.options, activation: operator as 'relu' | 'relu6' } }))
}

function joined(steps: readonly Step[], isLater: (step: Step) => boolean, takes: (step: Step) => boolean, join: (before: Step, later: Step) => Step): Step[] {
  const counts = readers(steps)
  const result: Step[] = []
  for (const step of steps) {
    const at = isLater(step) && counts.get(step.inputs[0]!) === 1 ? result.findIndex(({ name }) => name === step.inputs[0]) : -1
    if (at >= 0 && takes(result[at]!)) result[at] = join(result[at]!, step)
    else result.push(step)
  }
  return result
}

/** A scale and a shift by channel as a depthwise convolution of one pixel; of a vector, as of an image of one pixel. */
function depthwiseOf({ name, inputs, size, constants: [scale, shift], range }: Step): Step[] {
  const channels = size[size.length - 1]!
  const kernel: Constant = { ...scale!, shape: [1, 1, 1, channels], axis: 3 }
  const step = (called: string, input: string, shape: Size): Step => ({
    operator: 'depthwise', name: called, inputs: [input], constants: [kernel, shift!], options: { padding: 'valid', strides: [1, 1] }, size: shape, ...(range && { range })
  })
  if (size.length === 3) return [step(name, inputs[0]!, size)]
  const pixel: Size = [1, 1, channels]
  const shaped = (called: string, input: string, shape: readonly number[], to: Size): Step =>
    ({ operator: 'reshape', name: called, inputs: [input], constants: [whole(shape)], options: {}, size: to, range: 'same' })
  return [
    shaped(`${name}.pixel`, inputs[0]!, [-1, 1, 1, channels], pixel),
    { ...step(`${name}.scaled`, `${name}.pixel`, pixel), observed: name },
    shaped(name, `${name}.scaled`, [-1, channels], size)
  ]
}
