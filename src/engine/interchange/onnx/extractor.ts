import * as fs from 'node:fs/promises'
import { openGraph } from '../../network/graph-runtimes'
import { Bounds } from '../../safetensors/bounds'
import { Unreadable } from '../../safetensors/header'
import type { ReadLimits } from '../../safetensors/limits'
import { cannotExtract } from '../extractor/extractor'
import type { RunnableGraph } from '../shared/runnable-graph'
import { isElsewhere, readBeside } from './beside'
import { Constants } from './constants'
import { headIn } from './graph-head'
import { withNumbers } from './inlined'
import { decodeModel, elementTypes, encodeModel, type OnnxModel } from './messages'

const largestBytes = 600 << 20

/**
 * An ONNX file as a graph that ONNX Runtime runs.
 * @throws GraftError `not-an-extractor` with the reason, `graph-failed`, `graph-runtime-missing`
 */
export async function openOnnxFile(path: string, limits: ReadLimits): Promise<RunnableGraph> {
  if ((await fs.stat(path)).size > largestBytes) throw cannotExtract(path, { en: 'it is larger than 600 MiB', zh: '文件超过 600 MiB' })
  const { bytes, model } = await readWhole(path, limits)
  return graphOfOnnx(path, bytes, model, limits)
}

/** The same of an ONNX file in memory, which its model was read from. */
export function graphOfOnnx(path: string, bytes: Uint8Array, model: OnnxModel, limits: ReadLimits): RunnableGraph {
  const constants = new Constants(model, new Bounds(path, limits))
  const head = headIn(model, constants)
  // Messages that follow one another are one: the value before the head becomes an output beside the graph's own.
  const whole = head && !model.graph.outputs.some(({ name }) => name === head.features)
    ? new Uint8Array(Buffer.concat([bytes, encodeModel({ graph: { outputs: [{ name: head.features }] } })])) : new Uint8Array(bytes)
  return {
    path, runtime: 'onnx', title: { runtime: 'ONNX Runtime', block: 'ONNX' }, bytes: whole, session: openGraph('onnx', whole), ...(head && { head }),
    outputs: model.graph.outputs.map(({ name }) => name), parameters: parametersOf(model)
  }
}

const floatTypes: readonly number[] = [elementTypes.float, elementTypes.float16, elementTypes.double, elementTypes.bfloat16]
const parametersOf = ({ graph }: OnnxModel): number => graph.initializers.filter(({ dataType }) => floatTypes.includes(dataType))
  .reduce((sum, { dims }) => sum + dims.reduce((product, length) => product * length, 1), 0)

/** The file, with numbers that lie beside it in it. */
async function readWhole(path: string, limits: ReadLimits): Promise<{ bytes: Uint8Array, model: OnnxModel }> {
  const bytes = await fs.readFile(path)
  const model = decoded(path, () => decodeModel(bytes))
  if (!model.graph.initializers.some(isElsewhere)) return { bytes, model }
  const beside = await readBeside(model, path, limits)
  const size = [...beside.values()].reduce((sum, { length }) => sum + length, bytes.length)
  if (size > largestBytes) throw cannotExtract(path, { en: 'it is larger than 600 MiB with the numbers beside it', zh: '连同旁边的数值超过 600 MiB' })
  const whole = decoded(path, () => withNumbers(bytes, model, beside))
  return { bytes: whole, model: decoded(path, () => decodeModel(whole)) }
}

function decoded<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw error instanceof Unreadable ? cannotExtract(path, error.reason) : error
  }
}
