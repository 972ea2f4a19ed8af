import { z } from 'zod'
import { Unreadable } from '../../safetensors/header'

const nodeSchema = z.looseObject({
  name: z.string(), op: z.string(), input: z.array(z.string()).max(10_000).optional(), attr: z.record(z.string(), z.unknown()).optional()
})
const graphSchema = z.looseObject({ node: z.array(nodeSchema).min(1).max(200_000) })
const signatureSchema = z.looseObject({ outputs: z.record(z.string(), z.looseObject({ name: z.string() })) })

/** An operation; its inputs by the names of what makes them. */
export interface GraphNode { name: string, operation: string, inputs: readonly string[], attributes: Readonly<Record<string, unknown>> }

/** A graph model as its `model.json` tells it. */
export interface TensorFlowGraph {
  nodes: ReadonlyMap<string, GraphNode>
  /** Names of what leaves it, in the file's order. */
  outputs: readonly string[]
  /** As it stands in the file, for the interpreter. */
  topology: unknown
  signature: unknown
}

/** The name of a node behind one of its outputs: `conv:0` is of `conv`. */
const nodeOf = (output: string): string => output.replace(/:\d+$/, '')

const fusedSchema = z.looseObject({ list: z.looseObject({ s: z.array(z.string()) }) })
const [bias, tanh] = ['BiasAdd', 'Tanh'].map((text) => Buffer.from(text).toString('base64')) as [string, string]

/** The converter makes one step of a layer and its tanh, which no backend of TensorFlow.js has as one: two steps again. */
function withoutTanh(node: z.infer<typeof nodeSchema>): z.infer<typeof nodeSchema>[] {
  const [first, second] = fusedSchema.safeParse(node.attr?.['fused_ops']).data?.list.s ?? []
  if (!node.op.startsWith('_Fused') || first !== bias || second !== tanh) return [node]
  const before = `${node.name}/before-tanh`
  return [
    { ...node, name: before, attr: { ...node.attr, fused_ops: { list: { s: [bias] } } } },
    { name: node.name, op: 'Tanh', input: [before], attr: node.attr?.['T'] === undefined ? {} : { T: node.attr['T'] } }
  ]
}

/** The graph of a `model.json`; undefined where it describes layers. @throws Unreadable where it says that it is one and is none */
export function graphOf({ format, modelTopology, signature }: { format?: unknown, modelTopology?: unknown, signature?: unknown }): TensorFlowGraph | undefined {
  const found = graphSchema.safeParse(modelTopology)
  if (!found.success) {
    if (format === 'graph-model') throw new Unreadable({ en: 'it says that it is a graph model and holds no graph', zh: '它声称是图模型（graph model），但其中没有计算图' })
    return undefined
  }
  const parted = found.data.node.flatMap(withoutTanh)
  const nodes = new Map(parted.map(({ name, op, input = [], attr = {} }) => [name, {
    name, operation: op, attributes: attr,
    // One that begins so only says what comes first.
    inputs: input.filter((each) => !each.startsWith('^')).map(nodeOf)
  }] as const))
  const said = Object.values(signatureSchema.safeParse(signature).data?.outputs ?? {}).map(({ name }) => nodeOf(name)).filter((name) => nodes.has(name))
  const read = new Set([...nodes.values()].flatMap(({ inputs }) => inputs))
  return {
    nodes, topology: { ...found.data, node: parted }, signature,
    outputs: said.length > 0 ? said : [...nodes.keys()].filter((name) => !read.has(name))
  }
}
