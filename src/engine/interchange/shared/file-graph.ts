import { Unreadable } from '../../safetensors/header'
import type { FileGraph, GraphNode, Sides, Step, StepKind } from './step'
import { withActivations } from './written-out'

export type { FileGraph, GraphNode, Sides, Step } from './step'

const weighted = new Set<StepKind>(['convolution', 'depthwise-convolution', 'dense', 'batch-normalisation', 'layer-normalisation', 'channel-scale'])
export const hasWeights = ({ kind }: Step): boolean => weighted.has(kind)

/**
 * The steps that lead to the output, each after those that it needs, and of two branches the longer one first: an order that does
 * not depend on how the file lists them. Zeros around an image are counted to the step that follows them.
 * @throws Unreadable where the graph circles
 */
export function stepsOf({ nodes, output }: FileGraph): Step[] {
  const makers = withActivations(nodes)
  const lengths = new Map<string, number>()
  visit(output, makers, (node) => node.inputs, (node) => {
    lengths.set(node.output, Math.max(0, ...node.inputs.map((input) => lengths.get(input) ?? 0)) + (hasWeights(node.step) ? 1 : 0))
  })
  const steps: Step[] = []
  const longestFirst = (node: GraphNode): string[] => [...node.inputs].sort((first, second) => (lengths.get(second) ?? 0) - (lengths.get(first) ?? 0))
  visit(output, makers, longestFirst, ({ step }) => steps.push(step))
  return merged(steps)
}

/** Every node that a value needs, those that it stands on first. */
function visit(output: string, makers: ReadonlyMap<string, GraphNode>, inputsOf: (node: GraphNode) => readonly string[], use: (node: GraphNode) => void): void {
  const states = new Map<string, 'open' | 'done'>()
  const stack = [output]
  while (stack.length > 0) {
    const value = stack[stack.length - 1]!
    const node = makers.get(value)
    const state = states.get(value)
    if (!node || state === 'done') {
      stack.pop()
    } else if (state === 'open') {
      states.set(value, 'done')
      stack.pop()
      use(node)
    } else {
      states.set(value, 'open')
      for (const input of [...inputsOf(node)].reverse()) {
        if (states.get(input) === 'open') throw new Unreadable({ en: 'its graph runs in a circle', zh: '其计算图有环' })
        stack.push(input)
      }
    }
  }
}

function merged(steps: readonly Step[]): Step[] {
  const result: Step[] = []
  for (const step of steps) {
    const before = result.at(-1)
    if (step.kind === 'nothing') continue
    if (before?.kind === 'zero-padding') result.splice(-1, 1, padded(before, step))
    else if (before?.kind === 'slice') result.splice(-1, 1, sliced(before, step))
    else result.push(step)
  }
  return result
}

const other = (step: Step): Step => ({ kind: 'other', name: step.name, operator: step.operator })

function padded(zeros: Step, step: Step): Step {
  if (!['convolution', 'depthwise-convolution', 'max-pooling'].includes(step.kind) || step.padding === 'same') return other(zeros)
  const own = Array.isArray(step.padding) ? step.padding as unknown as Sides : [0, 0, 0, 0]
  const around = zeros.padding as Sides
  return { ...step, padding: [own[0]! + around[0], own[1]! + around[1], own[2]! + around[2], own[3]! + around[3]] }
}

/** Pixels left out belong to a shortcut that then adds channels; two axes may be taken one after the other. */
function sliced(slice: Step, step: Step): Step {
  if (step.kind !== 'slice' && step.kind !== 'shortcut') return other(slice)
  return { ...step, ...(slice.stride !== undefined && { stride: slice.stride }) }
}
