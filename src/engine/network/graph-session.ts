import { GraftError } from '../../contract/errors'

/** A value that goes in or comes out; a length is -1 where it may be any. */
export interface GraphValue { name: string, isFloat: boolean, shape: readonly number[] | undefined }
interface GraphNumbers { data: Float32Array, shape: readonly number[] }

export interface GraphSession {
  inputs: readonly GraphValue[]
  outputs: readonly GraphValue[]
  /** One pass. @throws GraftError `graph-failed` with what the runtime says */
  run(input: { name: string } & GraphNumbers, output: string): GraphNumbers
  close(): void
}

export const graphFailed = (runtime: string, details: string): GraftError => new GraftError('graph-failed', {
  en: `${runtime} cannot run this graph: ${details.slice(0, 300)}`, zh: `${runtime} 无法运行此计算图：${details.slice(0, 300)}`
}, { details })
