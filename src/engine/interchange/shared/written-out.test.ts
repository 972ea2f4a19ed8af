import { expect, it } from 'vitest'
import { stepsOf } from './file-graph'
import type { GraphNode, Step } from './step'

const node = (output: string, kind: Step['kind'], inputs: string[], more: Partial<Step> = {}): GraphNode =>
  ({ step: { kind, name: output, operator: kind, ...more }, inputs, output })
const affine = (output: string, input: string, scale: number, offset: number): GraphNode =>
  node(output, 'affine', [input], { scale: [scale], offset: [offset] })
const sigmoid = (output: string, input: string): GraphNode => node(output, 'softmax', [input], { operator: 'Sigmoid' })
const kindsOf = (nodes: GraphNode[]): string[] => stepsOf({ nodes: [node('x', 'convolution', ['images']), ...nodes], output: nodes.at(-1)!.output }).map(({ kind }) => kind)

const clipped = [affine('shifted', 'x', 1, 3), node('clipped', 'relu6', ['shifted']), affine('gate', 'clipped', 1 / 6, 0)]
const error = [affine('divided', 'x', Math.SQRT1_2, 0), node('erf', 'error-function', ['divided']), affine('error', 'erf', 1, 1)]

it('activations that a file writes out are one step each', () => {
  expect(kindsOf([sigmoid('gate', 'x'), node('y', 'multiply', ['x', 'gate'])])).toEqual(['convolution', 'silu'])
  expect(kindsOf(clipped)).toEqual(['convolution', 'hard-sigmoid'])
  expect(kindsOf([...clipped, node('y', 'multiply', ['gate', 'x'])])).toEqual(['convolution', 'hard-swish'])
  expect(kindsOf([...error, node('product', 'multiply', ['x', 'error']), affine('y', 'product', 0.5, 0)])).toEqual(['convolution', 'gelu'])
  expect(kindsOf([...error, affine('half', 'x', 0.5, 0), node('y', 'multiply', ['half', 'error'])])).toEqual(['convolution', 'gelu'])
})

it('what only looks like one stays what it is', () => {
  // Another x is gated: squeeze-and-excitation.
  expect(kindsOf([node('mean', 'average', ['x']), sigmoid('gate', 'mean'), node('y', 'multiply', ['x', 'gate'])])).toEqual(['convolution', 'average', 'softmax', 'multiply'])
  // A slope of 0.2, as Keras 2 has its hard sigmoid.
  expect(kindsOf([affine('shifted', 'x', 1, 3), node('clipped', 'relu6', ['shifted']), affine('y', 'clipped', 0.2, 0)])).toEqual(['convolution', 'affine', 'relu6', 'affine'])
  expect(kindsOf([...error.slice(0, 2), affine('error', 'erf', 1, 2), node('product', 'multiply', ['x', 'error']), affine('y', 'product', 0.5, 0)])).not.toContain('gelu')
})
