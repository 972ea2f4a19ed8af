import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'

/** The binding with Graft's addition (scripts/setup/addition/functions.cc). */
export interface FunctionBinding extends TFJSBinding {
  addFunction(bytes: Uint8Array): void
  removeFunction(name: string): void
  /** @param config a serialised ConfigProto; empty for TensorFlow's defaults */
  callFunction(name: string, inputs: number[], outputs: number, config: Uint8Array): number[]
  operationList(): Uint8Array
}

export type Values = Float32Array | Int32Array | Uint8Array

/** A resource variable of TensorFlow's: it holds a weight, or an average of the optimiser's. */
export interface Variable { handle: number, key: string }

/** A tensor as TensorFlow.js gets to see it. */
export interface Held {
  /** TensorFlow.js's number: the binding's own, or one from `firstId` on. */
  id: number
  shape: readonly number[]
  dtype: number
  /** Type and shape as text. */
  key: string
  /** The binding's number, once it has one. */
  real?: number | undefined
  /** A small tensor that JavaScript made. */
  values?: Values
  /** The operation of the recording under way that gives it: `node.output`. */
  from?: string | undefined
  /** The variable whose content it is. */
  variable?: Variable | undefined
  /** Deleted by TensorFlow.js, while the recording may still need it. */
  dead: boolean
}

/** TensorFlow's numbers of types. */
export const types = { float: 1, int: 3, bool: 10, bfloat16: 14, resource: 20 } as const

/** Elements up to which a tensor that JavaScript makes waits until it is known what it is for. */
export const small = 64

/** Of what is recorded. */
export const recordable: ReadonlySet<number> = new Set([types.float, types.int, types.bool])

export const keyOf = (dtype: number, shape: readonly number[]): string => `${dtype}[${shape.join()}]`
