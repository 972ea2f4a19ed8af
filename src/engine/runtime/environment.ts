import { availableParallelism, cpus } from 'node:os'
import { createRequire } from 'node:module'

/**
 * What TensorFlow reads from the environment once, when it is loaded. Set explicitly, so that the same machine gives the
 * same numbers whatever TensorFlow's own defaults make of it; what a person has set stays.
 */
export function prepareEnvironment(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  process.env.TF_NUM_INTRAOP_THREADS ??= String(availableParallelism())
  if (process.arch === 'x64') process.env.TF_ENABLE_ONEDNN_OPTS ??= '1'
}

/** Threads that one TensorFlow operation may use. */
export function nativeThreads(): number {
  const asked = Number(process.env.TF_NUM_INTRAOP_THREADS)
  return Number.isInteger(asked) && asked > 0 ? asked : availableParallelism()
}

/** Whether oneDNN's kernels are on; undefined where TensorFlow has none. */
export function oneDnn(): boolean | undefined {
  return process.arch === 'x64' ? process.env.TF_ENABLE_ONEDNN_OPTS !== '0' : undefined
}

/** Model name of the processor, e.g. `AMD EPYC`. */
export const processorName = (): string => cpus()[0]?.model.trim().replace(/\s+/g, ' ') || process.arch

/**
 * Puts back three functions that tfjs-node 4.22 calls and Node 23 removed (tensorflow/tfjs issues 8609 and 8746).
 * `require`d, because a module namespace cannot be written to.
 */
export function restoreRemovedUtilities(): void {
  const utilities = createRequire(process.execPath)('node:util') as Record<string, unknown>
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  utilities.isArray ??= Array.isArray
}
