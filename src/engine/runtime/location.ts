import { createRequire } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'

/** A step of set-up that failed, in set-up's own words. */
const setUpProblemSchema = z.object({ step: z.string(), reason: z.string(), remedy: z.string() })
export type SetUpProblem = z.infer<typeof setUpProblemSchema>

/** What set-up brought (`current.json`); paths may be relative to the folder that holds the file. */
const currentSchema = z.object({
  tensorflow: z.object({
    kind: z.enum(['cpu', 'gpu']),
    version: z.string(),
    folder: z.string(),
    binding: z.string()
  }).optional(),
  problems: z.array(setUpProblemSchema).catch([])
})

/** The native library that set-up or the installer left. */
interface NativeRuntime {
  /** What TensorFlow was built for; a `gpu` build also runs on the processor. */
  kind: 'cpu' | 'gpu'
  version: string
  /** Absolute path of `tfjs_binding.node`. */
  binding: string
}

/** Why there is no native library: nothing was set up, or what was set up is broken. */
export type NativeRuntimeSearch =
  | { found: true, runtime: NativeRuntime }
  | { found: false, reason: 'not-set-up', file: string, problem?: SetUpProblem }
  | { found: false, reason: 'damaged', file: string, details?: string }

/** Folder of the native runtimes: `GRAFT_RUNTIME_DIR` in an installed program, else what set-up keeps in the cache. */
export const runtimeFolder = (cacheDir: string): string => process.env.GRAFT_RUNTIME_DIR ?? join(cacheDir, 'runtime')

/** Finds the native library without loading it. */
export function findNativeRuntime(cacheDir: string): NativeRuntimeSearch {
  const folder = runtimeFolder(cacheDir)
  const file = join(folder, 'current.json')
  if (!existsSync(file)) return { found: false, reason: 'not-set-up', file }
  try {
    const { tensorflow, problems } = currentSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    if (!tensorflow) {
      const problem = problems.find(({ step }) => step === 'tensorflow' || step === 'binding')
      return { found: false, reason: 'not-set-up', file, ...(problem && { problem }) }
    }
    const binding = resolve(folder, tensorflow.binding)
    if (!existsSync(binding)) return { found: false, reason: 'damaged', file: binding, details: `named in ${file}` }
    return { found: true, runtime: { kind: tensorflow.kind, version: tensorflow.version, binding } }
  } catch (error) {
    return { found: false, reason: 'damaged', file, details: error instanceof Error ? error.message : String(error) }
  }
}

/** What set-up said of a step of its own that failed the last time. */
export function setUpProblem(cacheDir: string, step: string): SetUpProblem | undefined {
  try {
    const { problems } = currentSchema.parse(JSON.parse(readFileSync(join(runtimeFolder(cacheDir), 'current.json'), 'utf8')))
    return problems.find((problem) => problem.step === step)
  } catch {
    return undefined
  }
}

/** The WebAssembly files of TensorFlow.js, by the names that the backend asks for. */
const wasmFiles = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm'] as const

/**
 * Folder of the `.wasm` files: `GRAFT_WASM_DIR`, or `wasm/` beside the bundle (the build copies them there), or the npm
 * package in a checkout. Undefined when none of them holds the files.
 */
export function findWasmFolder(): string | undefined {
  // Bundles are CommonJS; in the test runner the modules are transformed but `__dirname` is given too.
  const here = typeof __dirname === 'string' ? __dirname : process.cwd()
  const candidates = [process.env.GRAFT_WASM_DIR, join(here, 'wasm')]
  try {
    candidates.push(join(dirname(createRequire(join(here, 'index.js')).resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist'))
  } catch {
    // No npm packages beside an installed program.
  }
  return candidates.find((folder): folder is string => (
    folder !== undefined && wasmFiles.every((file) => existsSync(join(folder, file)))
  ))
}
