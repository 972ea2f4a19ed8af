import { types } from './held'
import type { RecordedNode } from './recording'

// Fast precision: which operations of a recorded step compute in bfloat16, as PyTorch's autocast and Grappler's
// auto_mixed_precision_onednn_bfloat16 do it (Kalamkar et al. 2019, arXiv:1905.12322). Graft chooses by itself, because both
// would also take the matrix products, sums and squares of which losses are made.

/** Where nearly all the time goes, and oneDNN adds up in float32. */
const heavy: ReadonlySet<string> = new Set(['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'])

/** Products that are a network's layers, by their mark. Small ones are `MatMul` (kernels/small-matrix-product.ts): a head stays in float32. */
const products: ReadonlySet<string> = new Set(['BatchMatMulV2'])

/**
 * What may lie between two of those without leaving bfloat16: what only moves numbers, or adds two, and batch normalisation,
 * whose statistics TensorFlow keeps in float32 (its attribute `U`). Nothing that adds up many numbers is among them.
 */
const between: ReadonlySet<string> = new Set([
  'Relu', 'ReluGrad', 'Relu6', 'Relu6Grad', 'MaxPool', 'MaxPoolGrad', 'FusedBatchNormV3', 'FusedBatchNormGradV3',
  'Add', 'AddV2', 'BiasAdd', 'Reshape', 'Transpose', 'Pad', 'PadV2', 'ConcatV2', 'Slice', 'Identity'
])

/** The attribute that says what an operation computes in. */
export const computedIn = 'T'

/**
 * The operations of a recording that compute in bfloat16, by number: the heavy ones, and what lies on a way from one of them
 * to another. All others compute in float32, and so is
 * all that is taken from the function: losses, gradients, statistics.
 * @param needed numbers of those that a result follows from
 */
export function inBfloat16(nodes: readonly RecordedNode[], needed: ReadonlySet<number>): ReadonlySet<number> {
  const isHeavy = nodes.map(({ template, network }, index) => needed.has(index) && isFloat(template) && (
    heavy.has(template.operation.name) || (network === true && products.has(template.operation.name))
  ))
  const mayBe = nodes.map(({ template }, index) => isHeavy[index]! || (needed.has(index) && isFloat(template) && between.has(template.operation.name)))
  const inputs = nodes.map(({ template, inputs: references }) => producersOf(template, references, nodes))
  const behind: boolean[] = []
  nodes.forEach((_, index) => { behind.push(mayBe[index]! && (isHeavy[index]! || inputs[index]!.some((producer) => behind[producer]!))) })
  const before = [...isHeavy]
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (before[index]) for (const producer of inputs[index]!) before[producer] ||= mayBe[producer]!
  }
  return new Set(nodes.flatMap((_, index) => behind[index] && before[index] ? [index] : []))
}

/** Whether an output of the operation is of the type that it computes in. */
export const isComputed = ({ outputTypes }: RecordedNode['template'], output: number): boolean => outputTypes[output] === computedIn

const isFloat = ({ step, outputs, outputTypes }: RecordedNode['template']): boolean =>
  !step && outputs.some(({ dtype }, output) => outputTypes[output] === computedIn && dtype === types.float)

/** Operations whose numbers this one computes on. */
function producersOf({ inputTypes, constants }: RecordedNode['template'], references: readonly string[], nodes: readonly RecordedNode[]): number[] {
  const slots = inputTypes.map((_, slot) => slot).filter((slot) => !constants.has(slot))
  return references.flatMap((reference, place) => {
    if (reference.startsWith('i') || inputTypes[slots[place]!] !== computedIn) return []
    const [node, output] = reference.split('.').map(Number) as [number, number]
    return isComputed(nodes[node]!.template, output) ? [node] : []
  })
}
