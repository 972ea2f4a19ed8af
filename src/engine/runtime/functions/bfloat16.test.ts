import { describe, expect, it } from 'vitest'
import { inBfloat16 } from './bfloat16'
import { types } from './held'
import type { RecordedNode, Template } from './recording'

/** An operation whose inputs and outputs are all of the type that it computes in. */
function node(name: string, inputs: string[], more: Partial<Template> & { network?: boolean } = {}): RecordedNode {
  const { network, ...template } = more
  return {
    inputs, ...(network && { network }),
    template: {
      id: 0, operation: { name, inputs: [], outputs: [], attributes: new Map(), stateful: false }, inputs: inputs.length, attributes: new Map(),
      constants: new Map(), outputs: [{ shape: [], dtype: types.float, key: '' }], outputNames: ['y:0'],
      inputTypes: inputs.map(() => 'T'), outputTypes: ['T'], ...template
    }
  }
}

const named = (nodes: readonly RecordedNode[], needed = nodes.map((_, index) => index)): string[] =>
  [...inBfloat16(nodes, new Set(needed))].map((index) => `${index} ${nodes[index]!.template.operation.name}`)

describe('in bfloat16', () => {
  it('are convolutions and what lies between two of them, but not what comes before the first or after the last', () => {
    expect(named([
      node('Pad', ['i0', 'i1']), node('Conv2D', ['0.0', 'i2']), node('AddV2', ['1.0', 'i3']), node('Relu', ['2.0']), node('Conv2D', ['3.0', 'i4']),
      node('Relu', ['4.0']), node('Mean', ['5.0'])
    ])).toEqual(['1 Conv2D', '2 AddV2', '3 Relu', '4 Conv2D'])
  })

  it('is what the way back reads, too', () => {
    // Convolution, ReLU, loss; then ReLU's gradient, which reads the output, and the filter's.
    expect(named([
      node('Conv2D', ['i0', 'i1']), node('Relu', ['0.0']), node('Sum', ['1.0']), node('Mul', ['2.0', 'i2']), node('ReluGrad', ['3.0', '1.0']),
      node('Conv2DBackpropFilter', ['i0', '4.0']), node('Sum', ['4.0'])
    ])).toEqual(['0 Conv2D', '1 Relu', '4 ReluGrad', '5 Conv2DBackpropFilter'])
  })

  it('is no loss: sums, squares and products of features stay in float32, though a convolution stands on both sides', () => {
    expect(named([
      node('Conv2D', ['i0', 'i1']), node('Square', ['0.0']), node('BatchMatMulV2', ['1.0', '1.0']), node('SparseSoftmaxCrossEntropyWithLogits', ['2.0']),
      node('Mul', ['3.0', '0.0']), node('Conv2DBackpropFilter', ['i0', '4.0'])
    ])).toEqual(['0 Conv2D', '5 Conv2DBackpropFilter'])
  })

  it('are the products of a network\'s layers, by their mark, and no small ones', () => {
    expect(named([node('BatchMatMulV2', ['i0', 'i1'], { network: true }), node('MatMul', ['0.0', 'i2'], { network: true }), node('BatchMatMulV2', ['0.0', 'i2'])]))
      .toEqual(['0 BatchMatMulV2'])
  })

  it('are no statistics: of a normalisation\'s outputs the image alone leads on', () => {
    const normalised = { outputs: [{ shape: [], dtype: types.float, key: '' }, { shape: [], dtype: types.float, key: '' }], outputNames: ['y:0', 'mean:0'], outputTypes: ['T', 'U'] }
    expect(named([node('Conv2D', ['i0', 'i1']), node('FusedBatchNormV3', ['0.0'], normalised), node('Relu', ['1.1']), node('Conv2D', ['2.0', 'i2'])]))
      .toEqual(['0 Conv2D', '3 Conv2D'])
    expect(named([node('Conv2D', ['i0', 'i1']), node('FusedBatchNormV3', ['0.0'], normalised), node('Relu', ['1.0']), node('Conv2D', ['2.0', 'i2'])]))
      .toEqual(['0 Conv2D', '1 FusedBatchNormV3', '2 Relu', '3 Conv2D'])
  })

  it('is nothing that no result follows from, and no whole number', () => {
    const chain = [node('Conv2D', ['i0', 'i1']), node('Relu', ['0.0']), node('Conv2D', ['1.0', 'i2'])]
    expect(named(chain, [0, 1])).toEqual(['0 Conv2D'])
    expect(named([node('Conv2D', ['i0', 'i1'], { outputs: [{ shape: [], dtype: types.int, key: '' }] })])).toEqual([])
  })
})
