import type { GraphNode } from './step'

type Makers = Map<string, GraphNode>

/**
 * The nodes by what they make, with activations that a file writes out operation by operation as one step each: x · σ(x) is SiLU,
 * min(max(x + 3, 0), 6) / 6 a hard sigmoid, x times that a hard swish, and x · (1 + erf(x / √2)) / 2 GELU.
 */
export function withActivations(nodes: readonly GraphNode[]): Makers {
  const makers: Makers = new Map(nodes.map((node) => [node.output, node]))
  for (const node of nodes) {
    const found = activationOf(node, makers)
    if (found) makers.set(node.output, { ...node, step: { name: node.step.name, operator: node.step.operator, kind: found.kind }, inputs: [found.input] })
  }
  return makers
}

interface Activation { kind: 'silu' | 'gelu' | 'hard-sigmoid' | 'hard-swish', input: string }

function activationOf(node: GraphNode, makers: Makers): Activation | undefined {
  const [first = '', second = ''] = node.inputs
  switch (node.step.kind) {
    case 'affine': return hardSigmoid(node, makers) ?? halfOf(node, makers)
    case 'multiply': return gated(first, second, makers) ?? gated(second, first, makers) ?? gelu(first, second, makers) ?? gelu(second, first, makers)
    default: return undefined
  }
}

/** Steps that only pass a value on. */
function makerOf(value: string, makers: Makers): GraphNode | undefined {
  let node = makers.get(value)
  for (let depth = 0; node?.step.kind === 'nothing' && depth < 16; depth++) node = makers.get(node.inputs[0] ?? '')
  return node
}

/** The value that a node multiplies and shifts by one number each; undefined for any other node. */
function affineOf(node: GraphNode | undefined, scale: number, offset: number): string | undefined {
  const step = node?.step
  const alike = (values: readonly number[] | undefined, wanted: number): boolean => values?.length === 1 && Math.abs(values[0]! - wanted) < 1e-4
  return step?.kind === 'affine' && alike(step.scale, scale) && alike(step.offset, offset) ? node!.inputs[0] : undefined
}

function hardSigmoid(node: GraphNode, makers: Makers): Activation | undefined {
  const clipped = affineOf(node, 1 / 6, 0)
  const clip = clipped === undefined ? undefined : makerOf(clipped, makers)
  const input = clip?.step.kind === 'relu6' ? affineOf(makerOf(clip.inputs[0] ?? '', makers), 1, 3) : undefined
  return input === undefined ? undefined : { kind: 'hard-sigmoid', input }
}

/** x times what a gate makes of the same x. */
function gated(value: string, gate: string, makers: Makers): Activation | undefined {
  const node = makerOf(gate, makers)
  if (node?.inputs[0] !== value) return undefined
  if (node.step.kind === 'softmax' && /sigmoid/i.test(node.step.operator)) return { kind: 'silu', input: value }
  return node.step.kind === 'hard-sigmoid' ? { kind: 'hard-swish', input: value } : undefined
}

/** The x of 1 + erf(x / √2). */
function errorInput(value: string, makers: Makers): string | undefined {
  const shifted = affineOf(makerOf(value, makers), 1, 1)
  const erf = shifted === undefined ? undefined : makerOf(shifted, makers)
  return erf?.step.kind === 'error-function' ? affineOf(makerOf(erf.inputs[0] ?? '', makers), Math.SQRT1_2, 0) : undefined
}

/** x / 2 times 1 + erf(x / √2). */
function gelu(value: string, error: string, makers: Makers): Activation | undefined {
  const input = errorInput(error, makers)
  return input !== undefined && affineOf(makerOf(value, makers), 0.5, 0) === input ? { kind: 'gelu', input } : undefined
}

/** Half of x times 1 + erf(x / √2). */
function halfOf(node: GraphNode, makers: Makers): Activation | undefined {
  const product = makerOf(affineOf(node, 0.5, 0) ?? '', makers)
  if (product?.step.kind !== 'multiply') return undefined
  const [first = '', second = ''] = product.inputs
  const input = errorInput(second, makers) === first ? first : errorInput(first, makers) === second ? second : undefined
  return input === undefined ? undefined : { kind: 'gelu', input }
}
