import { bytesOf } from '../../safetensors/bytes'
import { elementTypes, type OnnxNodeToWrite, type OnnxTensorToWrite } from './messages'

type Attributes = NonNullable<OnnxNodeToWrite['attributes']>

/** Nodes and numbers of a graph as they are written one after another; each output carries its node's name. */
export class GraphWriter {
  readonly nodes: OnnxNodeToWrite[] = []
  readonly initializers: OnnxTensorToWrite[] = []

  /** @returns the name of its output */
  node(name: string, operator: string, inputs: readonly string[], attributes: Attributes = []): string {
    this.nodes.push({ name, operator, inputs: [...inputs], outputs: [name], attributes })
    return name
  }

  /** Both outputs are named after the node. */
  nodeOfTwo(name: string, operator: string, inputs: readonly string[], attributes: Attributes = []): readonly [string, string] {
    const outputs = [`${name}.first`, `${name}.second`] as const
    this.nodes.push({ name, operator, inputs: [...inputs], outputs: [...outputs], attributes })
    return outputs
  }

  floats(name: string, dims: readonly number[], data: Float32Array): string {
    this.initializers.push({ name, dims: [...dims], dataType: elementTypes.float, raw: bytesOf(data) })
    return name
  }

  doubles(name: string, dims: readonly number[], values: ArrayLike<number>): string {
    const data = Float64Array.from(values)
    this.initializers.push({ name, dims: [...dims], dataType: elementTypes.double, raw: new Uint8Array(data.buffer) })
    return name
  }

  ints(name: string, values: ArrayLike<number>, dims: readonly number[] = [values.length]): string {
    const data = BigInt64Array.from(Array.from(values), BigInt)
    this.initializers.push({ name, dims: [...dims], dataType: elementTypes.int64, raw: new Uint8Array(data.buffer) })
    return name
  }

  /** Gives an output another name, everywhere. */
  rename(from: string, to: string): void {
    for (const node of this.nodes) {
      node.inputs = node.inputs?.map((name) => name === from ? to : name)
      node.outputs = node.outputs?.map((name) => name === from ? to : name)
    }
  }
}
