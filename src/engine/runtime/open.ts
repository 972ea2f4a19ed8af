import { GraftError, type ErrorValue } from '../../contract/errors'
import type { BackendSummary, Device } from '../../contract/runs'
import { nativeThreads, oneDnn, prepareEnvironment, processorName } from './environment'
import { graphicsCardName } from './graphics'
import { findNativeRuntime, findWasmFolder } from './location'
import { nativeMissing, unavailable, whyNoGpu, type Unavailable } from './unavailable'

interface BackendOptions {
  /** Where set-up keeps the native runtimes (`runtime/current.json`). */
  cacheDir: string
  /** `stock` leaves out Graft's faster kernels, for benchmarks. The WebAssembly backend always gets what it lacks. */
  kernels?: 'graft' | 'stock'
}
type Attempt = { summary: BackendSummary } | { missing: Unavailable }

let opened: BackendSummary | undefined
/** The native library stays loaded for the life of the process, and one that failed is not tried again. */
let native: { version: string, usesGpu: boolean } | { missing: Unavailable } | undefined

/**
 * Loads the best backend (or the one asked for) into this process and makes it TensorFlow.js's own. One backend a process:
 * a second call gives the same summary.
 *
 * @throws GraftError `backend-unavailable` when the device asked for by name is not there, or none is;
 *   `backend-already-open` when another one already runs in this process.
 */
export async function openBackend(device: Device, { cacheDir, kernels = 'graft' }: BackendOptions): Promise<BackendSummary> {
  if (opened) {
    if (device === 'auto' || device === opened.kind) return opened
    throw new GraftError('backend-already-open', {
      en: `This process already computes on ${opened.kind}, so it cannot change to ${device}.`,
      zh: `此进程已在使用 ${opened.kind}，无法切换到 ${device}。`
    }, { field: 'device', remedy: { en: 'Start a new process.', zh: '请启动新的进程。' } })
  }
  if (device !== 'wasm') {
    const attempt = await openNative(device, cacheDir, kernels)
    if ('summary' in attempt) return opened = attempt.summary
    if (device !== 'auto') throw backendUnavailable(device, attempt.missing)
  }
  const attempt = await openWasm()
  if ('summary' in attempt) return opened = attempt.summary
  throw backendUnavailable('wasm', attempt.missing)
}

/**
 * Why a device asked for by name cannot be there, as far as that shows without loading TensorFlow; undefined when it may.
 * A check before a run exists: `openBackend` has the last word.
 */
export function deviceProblem(device: Device, cacheDir: string): ErrorValue | undefined {
  if (device === 'auto' || device === 'wasm') return undefined
  const search = findNativeRuntime(cacheDir)
  if (device === 'gpu' && (!search.found || search.runtime.kind === 'cpu')) return backendUnavailable('gpu', whyNoGpu(search)).value
  return search.found ? undefined : backendUnavailable(device, nativeMissing(search)).value
}

function backendUnavailable(kind: BackendSummary['kind'], { reason, remedy, details }: Unavailable): GraftError {
  return new GraftError('backend-unavailable', {
    en: `The device ${kind} is not available. ${reason.en}`,
    zh: `设备 ${kind} 不可用。${reason.zh}`
  }, { field: 'device', remedy, details })
}

async function openNative(device: Exclude<Device, 'wasm'>, cacheDir: string, kernels: 'graft' | 'stock'): Promise<Attempt> {
  const search = findNativeRuntime(cacheDir)
  if (device === 'gpu' && (!search.found || search.runtime.kind === 'cpu')) return { missing: whyNoGpu(search) }
  if (!search.found) return { missing: nativeMissing(search) }
  if (!native) {
    prepareEnvironment()
    if (device === 'cpu') process.env.CUDA_VISIBLE_DEVICES = '-1'
    const { loadNativeBackend } = await import('./native')
    try {
      native = loadNativeBackend(search.runtime.binding, kernels)
    } catch (error) {
      native = { missing: unavailable.doesNotLoad(search.runtime.binding, error instanceof Error ? error.message : String(error)) }
    }
  }
  if ('missing' in native) return native
  if (device === 'gpu' && !native.usesGpu) return { missing: whyNoGpu(search) }
  return { summary: nativeSummary(native.version, native.usesGpu ? 'gpu' : 'cpu') }
}

async function openWasm(): Promise<Attempt> {
  const folder = findWasmFolder()
  if (folder === undefined) return { missing: unavailable.noWasmFiles() }
  const { loadWasmBackend } = await import('./wasm')
  const { version } = await loadWasmBackend(folder)
  return { summary: wasmSummary(version) }
}

/** What a run records of a native backend. */
export function nativeSummary(version: string, kind: 'gpu' | 'cpu'): BackendSummary {
  const onednn = oneDnn()
  return {
    kind,
    library: `TensorFlow ${version}`,
    device: kind === 'gpu' ? graphicsCardName() : processorName(),
    threads: nativeThreads(),
    ...(onednn !== undefined && { oneDnn: onednn })
  }
}

/** What a run records of the WebAssembly backend. */
export const wasmSummary = (version: string): BackendSummary => ({
  kind: 'wasm', library: `TensorFlow.js WebAssembly ${version}`, device: processorName(), threads: 1
})
