import type { GraphHead } from '../shared/runnable-graph'
import type { Constants } from './constants'
import type { OnnxModel, OnnxNode } from './messages'

const passesOn = new Set(['Softmax', 'LogSoftmax', 'Identity', 'Cast', 'Squeeze', 'Flatten', 'Reshape'])
/** Steps between the last dense layer and the output. */
const deepest = 16

/**
 * The dense layer that the first output comes of, perhaps through a softmax, or the convolution over one pixel that stands for one;
 * undefined where it comes of none, or of one with a single unit.
 */
export function headIn({ graph }: OnnxModel, constants: Constants): GraphHead | undefined {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)))
  let value = graph.outputs[0]?.name ?? ''
  let added: string | undefined
  for (let depth = 0; depth < deepest; depth++) {
    const node = makers.get(value)
    if (!node) return undefined
    const [first = '', second = ''] = node.inputs
    const exact = beforeRounding(node, makers)
    if (exact !== undefined) {
      value = exact
      continue
    }
    if (node.operator === 'Gemm') return added === undefined ? ofGemm(node, constants) : undefined
    if (node.operator === 'Conv') return added === undefined ? ofConvolution(node, constants) : undefined
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

/** What was rounded to steps of one size, scale · clip(round(x / scale)), as a translated graph of whole numbers has it; undefined where a node is not the last of these. */
function beforeRounding({ operator, inputs: [kept = '', unit = ''] }: OnnxNode, makers: ReadonlyMap<string, OnnxNode>): string | undefined {
  if (operator !== 'Mul') return undefined
  const chain = ['Clip', 'Round', 'Div'].reduce<OnnxNode | undefined>((node, wanted) => node?.operator === wanted ? wanted === 'Div' ? node : makers.get(node.inputs[0] ?? '') : undefined, makers.get(kept))
  return chain?.inputs[1] === unit ? chain.inputs[0] : undefined
}

function ofGemm({ inputs: [features = '', weights, bias], attributes }: OnnxNode, constants: Constants): GraphHead | undefined {
  const number = (name: string, usual: number): number => {
    const found = attributes.find((attribute) => attribute.name === name)
    return found?.float ?? found?.int ?? usual
  }
  if (number('alpha', 1) !== 1 || number('beta', 1) !== 1 || number('transA', 0) !== 0) return undefined
  return made(features, constants.tensor(weights), bias, constants, number('transB', 0) === 1)
}

/** Over an image of one pixel, which whoever runs the graph finds out, it is a dense layer. */
function ofConvolution({ inputs: [features = '', weights = '', bias], attributes }: OnnxNode, constants: Constants): GraphHead | undefined {
  const [units = 0, inputs = 0, ...window] = constants.shapeOf(weights) ?? []
  const isSpread = attributes.some(({ name, int, ints = [] }) => (name === 'group' && int !== 1) || (name === 'pads' && ints.some((count) => count !== 0)) || (name === 'strides' && ints.some((stride) => stride !== 1)))
  if (window.length !== 2 || window.some((length) => length !== 1) || isSpread) return undefined
  return made(features, { shape: [units, inputs], data: constants.tensor(weights)!.data }, bias, constants, true)
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
