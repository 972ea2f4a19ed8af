import '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { sep } from 'node:path'
import { refuseFunctions } from './functions'
import { whyNoFunctions } from './functions/why-not'
import { registerWasmKernels } from './kernels'

/**
 * Starts TensorFlow.js's WebAssembly backend (one thread, SIMD where the processor has it) with the kernels that training
 * needs and it lacks. `@tensorflow/tfjs` is imported for the gradients that it registers.
 */
export async function loadWasmBackend(folder: string): Promise<{ version: string }> {
  setWasmPaths(folder.endsWith(sep) ? folder : folder + sep)
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = new Map(events.map((event) => [event, process.rawListeners(event)]))
  if (!await tf.setBackend('wasm')) throw new Error(`TensorFlow.js's WebAssembly backend did not start from ${folder}.`)
  // Emscripten's own handlers would turn every uncaught error into exit code 7 and hide it from the supervisor.
  for (const event of events) {
    for (const listener of process.rawListeners(event)) {
      if (!before.get(event)?.includes(listener)) process.removeListener(event, listener as (...values: unknown[]) => void)
    }
  }
  registerWasmKernels()
  refuseFunctions(whyNoFunctions.webAssembly)
  return { version: tf.version_core }
}
