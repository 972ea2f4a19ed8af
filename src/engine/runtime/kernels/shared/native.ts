import type { KernelConfig, NamedAttrMap, NamedTensorInfoMap, Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'
import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'

/** Runs TensorFlow's own operations by name. */
export interface NativeOperations {
  run(operation: string, inputs: TensorInfo[], attributes: TFEOpAttr[]): Tensor
  runMany(operation: string, inputs: TensorInfo[], attributes: TFEOpAttr[], outputs: number): Tensor[]
  float(name?: string): TFEOpAttr
  type(name: string, dtype: 'float32' | 'int32'): TFEOpAttr
  integers(name: string, values: readonly number[]): TFEOpAttr
  text(name: string, value: string): TFEOpAttr
  shape(name: string, value: readonly number[]): TFEOpAttr
  flag(name: string, value: boolean): TFEOpAttr
  number(name: string, value: number): TFEOpAttr
}

const known = new WeakMap<NodeJSKernelBackend, NativeOperations>()

/** TensorFlow's operations on this backend. */
export function operationsOf(backend: NodeJSKernelBackend): NativeOperations {
  const made = known.get(backend)
  if (made) return made
  const { binding } = backend
  const attribute = (name: string, type: number, value: TFEOpAttr['value']): TFEOpAttr => ({ name, type, value })
  const type = (name: string, dtype: 'float32' | 'int32') =>
    attribute(name, binding.TF_ATTR_TYPE, dtype === 'float32' ? binding.TF_FLOAT : binding.TF_INT32)
  const native: NativeOperations = {
    run: (operation, inputs, attributes) => backend.executeSingleOutput(operation, attributes, inputs),
    runMany: (operation, inputs, attributes, outputs) => backend.executeMultipleOutputs(operation, attributes, inputs, outputs),
    float: (name = 'T') => type(name, 'float32'),
    type,
    integers: (name, values) => attribute(name, binding.TF_ATTR_INT, [...values]),
    text: (name, value) => attribute(name, binding.TF_ATTR_STRING, value),
    shape: (name, value) => attribute(name, binding.TF_ATTR_SHAPE, [...value]),
    flag: (name, value) => attribute(name, binding.TF_ATTR_BOOL, value),
    number: (name, value) => attribute(name, binding.TF_ATTR_FLOAT, value)
  }
  known.set(backend, native)
  return native
}

/** A kernel of the native backend, as one call of `work`. */
export function nativeKernel<Inputs extends NamedTensorInfoMap, Attributes extends object = NamedAttrMap>(
  kernelName: string, work: (inputs: Inputs, native: NativeOperations, attributes: Attributes) => TensorInfo | TensorInfo[]
): KernelConfig {
  return {
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, backend, attrs }) =>
      work(inputs as Inputs, operationsOf(backend as NodeJSKernelBackend), attrs as Attributes)
  }
}
