import type { GraphHead } from '../shared/runnable-graph'
import type { Constants } from './constants'
import type { OnnxModel, OnnxNode } from './messages'

const passesOn = new Set(['Softmax', 'LogSoftmax', 'Identity', 'Cast', 'Squeeze'])
/** Steps between the last dense layer and the output. */
const deepest = 6

/** The dense layer that the first output comes of, perhaps through a softmax; undefined where it comes of none, or of one with a single unit. */
export function headIn({ graph }: OnnxModel, constants: Constants): GraphHead | undefined {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  let value = graph.outputs[0]?.name ?? ''
  let added: string | undefined
  for (let depth = 0; depth < deepest; depth++) {
    const node = makers.get(value)
    if (!node) return undefined
    const [first = '', second = ''] = node.inputs
    if (node.operator === 'Gemm') return added === undefined ? ofGemm(node, constants) : undefined
    if (node.operator === 'MatMul') return constants.has(second) ? made(first, constants.tensor(second), added, constants, false) : undefined
    if (node.operator === 'Add' && added === undefined) {
      added = constants.has(second) ? second : first
      value = constants.has(second) ? first : second
      if (!constants.has(added)) return undefined
    } else if (passesOn.has(node.operator) && added === undefined) value = first
    else return undefined
  }
  return undefined
}

function ofGemm({ inputs: [features = '', weights, bias], attributes }: OnnxNode, constants: Constants): GraphHead | undefined {
  const number = (name: string, usual: number): number => {
    const found = attributes.find((attribute) => attribute.name === name)
    return found?.float ?? found?.int ?? usual
  }
  if (number('alpha', 1) !== 1 || number('beta', 1) !== 1 || number('transA', 0) !== 0) return undefined
  return made(features, constants.tensor(weights), bias, constants, number('transB', 0) === 1)
}

function made(
  features: string, weights: ReturnType<Constants['tensor']>, biasName: string | undefined, constants: Constants, isTurned: boolean
): GraphHead | undefined {
  if (weights?.shape.length !== 2) return undefined
  const [inputs, units] = isTurned ? [weights.shape[1]!, weights.shape[0]!] : [weights.shape[0]!, weights.shape[1]!]
  const bias = biasName === undefined || biasName === '' ? new Float32Array(units) : constants.tensor(biasName)?.data
  if (units < 2 || bias?.length !== units || weights.data.length !== inputs * units) return undefined
  const turned = (index: number): number => weights.data[(index % units) * inputs + Math.floor(index / units)]!
  const kernel = isTurned ? Float32Array.from({ length: inputs * units }, (_, index) => turned(index)) : weights.data
  return [kernel, bias].every((numbers) => numbers.every(Number.isFinite)) ? { features, inputs, units, kernel, bias } : undefined
}
