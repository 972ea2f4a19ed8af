import '@tensorflow/tfjs-node-gpu/dist/register_all_kernels'
import * as tf from '@tensorflow/tfjs-core'
import { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'
import { restoreRemovedUtilities } from './environment'
import { offerFunctions } from './functions'
import { Recorder, type FunctionBinding } from './functions/recorder'
import { registerNativeKernels } from './kernels'

/** The name that tfjs-node's kernels are registered under. */
export const nativeBackendName = 'tensorflow'

/**
 * Loads `tfjs_binding.node` and makes it TensorFlow.js's backend, without tfjs-node's own entry point, which looks for the
 * addon in its own folder, loads a downloader and fails on Node 23. `prepareEnvironment()` must have run before.
 *
 * @throws what the dynamic linker says when a library is missing or of another architecture.
 */
export function loadNativeBackend(binding: string, kernels: 'graft' | 'stock'): { version: string, usesGpu: boolean } {
  restoreRemovedUtilities()
  const holder: { exports: unknown } = { exports: {} }
  process.dlopen(holder, binding)
  const library = holder.exports as TFJSBinding
  const usesGpu = library.isUsingGpuDevice()
  // Nobody has tried functions on a graphics card yet.
  const recorder = 'callFunction' in library && !usesGpu && kernels === 'graft' ? new Recorder(library as FunctionBinding) : undefined
  if (recorder) offerFunctions(recorder)
  tf.registerBackend(nativeBackendName, () => (
    new NodeJSKernelBackend(recorder?.binding ?? library, usesGpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node')
  ), 3)
  tf.setBackend(nativeBackendName)
  registerNativeKernels(kernels)
  return { version: library.TF_Version, usesGpu }
}
