import type { Size } from '../../network/shapes'
import type { OperatorName, Options } from './messages'

/** Numbers that a step takes beside values: whole ones stay whole in every form of the file. */
export interface Constant {
  kind: 'kernel' | 'bias' | 'number' | 'whole'
  shape: readonly number[]
  data: Float32Array | Int32Array
  /** The axis of output channels, of a kernel with a scale for each. */
  axis?: number
}

/** The smallest and the largest number of a value. */
export type Range = readonly [low: number, high: number]

/** One operator, its values by name. */
export interface Step {
  operator: OperatorName | 'affine'
  name: string
  inputs: readonly string[]
  constants: readonly Constant[]
  options: Options
  /** What leaves it, without the batch. */
  size: Size
  /** `same`: as large as what goes in. Where nothing stands, it is that of the layer called so, or so as `observed` says. */
  range?: 'same' | Range
  observed?: string
}

/** Numbers that stay whole. */
export const whole = (values: readonly number[]): Constant => ({ kind: 'whole', shape: [values.length], data: Int32Array.from(values) })
