import '@tensorflow/tfjs-node-gpu/dist/register_all_kernels'
import * as tf from '@tensorflow/tfjs-core'
import { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend'
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'
import { restoreRemovedUtilities } from './environment'
import { offerFunctions, refuseFunctions } from './functions'
import type { FunctionBinding } from './functions/held'
import { whyNoFunctions } from './functions/why-not'
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
  tf.registerBackend(nativeBackendName, () => {
    const backend = new NodeJSKernelBackend(library, usesGpu ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node')
    if (usesGpu) refuseFunctions(whyNoFunctions.graphicsCard)
    else if (kernels === 'stock') refuseFunctions(whyNoFunctions.stockKernels)
    else if (!hasFunctions(library)) refuseFunctions(whyNoFunctions.noAddition)
    else offerFunctions(library, (binding) => { backend.binding = binding })
    return backend
  }, 3)
  tf.setBackend(nativeBackendName)
  registerNativeKernels(kernels)
  return { version: library.TF_Version, usesGpu }
}

/** Whether the binding was compiled with Graft's addition (scripts/setup/addition/functions.cc). */
const hasFunctions = (library: TFJSBinding): library is FunctionBinding => 'callFunction' in library
