import { version as tensorflowJs } from '@tensorflow/tfjs-core/package.json'
import { execFile } from 'node:child_process'
import { z } from 'zod'
import type { Doctor } from '../../contract/doctor'
import { backendKinds, type BackendSummary } from '../../contract/runs'
import { prepareEnvironment } from './environment'
import { findNativeRuntime, findWasmFolder } from './location'
import { whyNoFunctions } from './functions/why-not'
import { nativeSummary, wasmSummary } from './open'
import { nativeMissing, unavailable, whyNoGpu, type Unavailable } from './unavailable'

type Finding = { summary: BackendSummary, functions: Doctor['functions'] } | { missing: Unavailable }

/**
 * Which backends there are, best first, which one `auto` takes, and why not the better ones. TensorFlow is loaded in a
 * child process, so that a broken library breaks nothing here.
 */
export async function detectBackends(cacheDir: string): Promise<Pick<Doctor, 'chosen' | 'backends' | 'functions'>> {
  const findings: Record<BackendSummary['kind'], Finding> = { ...await detectNative(cacheDir), wasm: detectWasm() }
  const chosen = backendKinds.map((kind) => findings[kind]).find((finding) => 'summary' in finding)
  const fallback = wasmSummary(tensorflowJs)
  return {
    chosen: chosen && 'summary' in chosen ? chosen.summary : fallback,
    functions: chosen && 'summary' in chosen ? chosen.functions : withoutFunctions('webAssembly'),
    backends: backendKinds.map((kind) => {
      const finding = findings[kind]
      if ('summary' in finding) return { kind, available: true, chosen: finding === chosen, library: finding.summary.library }
      const { reason, remedy, overdue } = finding.missing
      return { kind, available: false, chosen: false, reason, remedy, ...(overdue && { overdue }) }
    })
  }
}

const withoutFunctions = (why: keyof typeof whyNoFunctions): Doctor['functions'] => ({ available: false, ...whyNoFunctions[why] })

function detectWasm(): Finding {
  return findWasmFolder() === undefined
    ? { missing: unavailable.noWasmFiles() }
    : { summary: wasmSummary(tensorflowJs), functions: withoutFunctions('webAssembly') }
}

async function detectNative(cacheDir: string): Promise<Record<'gpu' | 'cpu', Finding>> {
  const search = findNativeRuntime(cacheDir)
  if (!search.found) return { gpu: { missing: whyNoGpu(search) }, cpu: { missing: nativeMissing(search) } }
  const { binding } = search.runtime
  prepareEnvironment()
  const probe = await probeNative(binding)
  if ('failure' in probe) {
    const missing = probe.overdue ? unavailable.overdue(probeMilliseconds / 1000) : unavailable.doesNotLoad(binding, probe.failure)
    return { gpu: { missing: search.runtime.kind === 'gpu' ? missing : whyNoGpu(search) }, cpu: { missing } }
  }
  return {
    gpu: probe.usesGpu ? { summary: nativeSummary(probe.version, 'gpu'), functions: withoutFunctions('graphicsCard') } : { missing: whyNoGpu(search) },
    cpu: { summary: nativeSummary(probe.version, 'cpu'), functions: probe.functions ? { available: true } : withoutFunctions('noAddition') }
  }
}

const probeScript = `
const holder = { exports: {} }
try {
  process.dlopen(holder, process.argv[1])
  console.log(JSON.stringify({ version: holder.exports.TF_Version, usesGpu: holder.exports.isUsingGpuDevice(), functions: 'callFunction' in holder.exports }))
} catch (error) {
  console.log(JSON.stringify({ failure: error.message }))
}`

const probeSchema = z.union([
  z.object({ version: z.string(), usesGpu: z.boolean(), functions: z.boolean() }), z.object({ failure: z.string(), overdue: z.boolean().optional() })
])
type Probe = z.infer<typeof probeSchema>

/** Loading takes a second or two; beside much else, and from a cold disk, much longer. */
const probeMilliseconds = 60_000

/** Loads the addon in a process of its own and asks for its version and whether it sees a graphics card. */
function probeNative(binding: string): Promise<Probe> {
  return new Promise((resolve) => {
    const environment = { ...process.env, ELECTRON_RUN_AS_NODE: '1' }
    execFile(process.execPath, ['-e', probeScript, binding], { env: environment, timeout: probeMilliseconds }, (error, stdout, stderr) => {
      try {
        resolve(probeSchema.parse(JSON.parse(stdout)))
      } catch {
        const signal = error && 'signal' in error && error.signal ? ` (${String(error.signal)})` : ''
        // What the clock ended was killed by this process; a crash is not.
        resolve({ failure: `the process that loaded it ended${signal} ${stderr.trim()}`.trim(), overdue: error?.killed === true })
      }
    })
  })
}
