import { createRequire } from 'node:module'
import { join } from 'node:path'
import { GraftError } from '../../contract/errors'
import { graphFailed, type GraphSession, type GraphValue } from './graph-session'

/**
 * ONNX Runtime's own binding (npm package onnxruntime-node, one exact version), asked directly: the package's JavaScript
 * answers later, and a network's layers answer at once.
 */
interface Binding {
  initOrtOnce(logLevel: number, tensor: typeof BindingTensor, isMainThread: boolean): void
  InferenceSession: new () => NativeSession
}
/** Closed by the collector. */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: Record<string, unknown>): void
  readonly inputMetadata: readonly NativeMetadata[]
  readonly outputMetadata: readonly NativeMetadata[]
  run(feeds: Record<string, BindingTensor>, fetches: Record<string, null>, options: Record<string, unknown>): Record<string, BindingTensor>
}
interface NativeMetadata { name: string, isTensor: boolean, type?: number, shape?: number[] }

/** What the binding takes and makes. */
class BindingTensor {
  readonly location = 'cpu'
  constructor(readonly type: string, readonly data: Float32Array, readonly dims: readonly number[]) {}
}

/** How ONNX counts 32-bit floats among its types. */
const float = 1
/** Nothing but what ends the process: errors are thrown, and warnings are for who made the graph. */
const fatalOnly = 4
let loaded: Binding | undefined

/** @throws GraftError `graph-runtime-missing` */
function binding(): Binding {
  if (loaded) return loaded
  // Bundles are CommonJS; in the test runner the modules are transformed but `__dirname` is given too.
  const here = typeof __dirname === 'string' ? __dirname : process.cwd()
  try {
    const path = `onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`
    const found = createRequire(join(here, 'index.js'))(path) as Binding
    found.initOrtOnce(fatalOnly, BindingTensor, true)
    loaded = found
    return found
  } catch (error) {
    throw new GraftError('graph-runtime-missing', {
      en: 'Networks that are none of Graft\'s need ONNX Runtime, which does not run here.', zh: '非 Graft 自有结构的网络需要 ONNX Runtime，而它无法在此运行。'
    }, { details: String(error), remedy: { en: 'Use one of Graft\'s own architectures on this system.', zh: '请在此系统上使用 Graft 自有的网络结构。' } })
  }
}

/** A graph of ONNX ready to run on the processor. Nothing in it is trusted but to the runtime. @throws GraftError `graph-failed`, `graph-runtime-missing` */
export function openOnnxGraph(bytes: Uint8Array): GraphSession {
  const { InferenceSession } = binding()
  const session = new InferenceSession()
  attempt(() => session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, { logSeverityLevel: fatalOnly }))
  const values = (list: readonly NativeMetadata[]): GraphValue[] => list.map(({ name, isTensor, type, shape }) =>
    ({ name, isFloat: isTensor && type === float, shape: isTensor ? shape : undefined }))
  return {
    inputs: values(session.inputMetadata),
    outputs: values(session.outputMetadata),
    run({ name, data, shape }, output) {
      const { [output]: found } = attempt(() => session.run({ [name]: new BindingTensor('float32', data, shape) }, { [output]: null }, {}))
      if (!(found?.data instanceof Float32Array)) throw failed(`${output} is no tensor of 32-bit floats`)
      return { data: found.data, shape: found.dims }
    },
    close: () => undefined
  }
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw failed(error instanceof Error ? error.message : String(error))
  }
}

const failed = (details: string): GraftError => graphFailed('ONNX Runtime', details)
