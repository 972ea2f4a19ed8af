import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'
import { inGraph } from './compile'
import { keyOf, recordable, small, types, type FunctionBinding, type Held } from './held'
import { operationsIn, type Operation } from './messages'
import type { Constant, Template } from './recording'
import { divisions, isConstant, optimizerSteps, shapesFromValues } from './slots'

/** Knows of each kind of operation, by attributes, shapes and constants, what it is in a function; asks TensorFlow once. */
export class Templates {
  private readonly operations: (name: string) => Operation | undefined
  private readonly known = new Map<string, Template | 'alone'>()

  constructor(private readonly stock: FunctionBinding) {
    this.operations = operationsIn(stock.operationList())
  }

  /** Of an operation on these inputs; `alone` where it cannot be recorded. */
  of(name: string, attributes: readonly TFEOpAttr[], inputs: readonly Held[], outputs: number): Template | 'alone' {
    const constants = new Map<number, Constant>()
    let key = `${name}/${outputs}`
    for (const { name: attribute, value } of attributes) key += ` ${attribute}=${String(value)}`
    for (let slot = 0; slot < inputs.length; slot++) {
      const tensor = inputs[slot]!
      key += `|${tensor.key}`
      if (!tensor.values || !isConstant(name, slot, inputs.length, tensor.dtype === types.int)) continue
      constants.set(slot, { shape: tensor.shape, dtype: tensor.dtype, values: tensor.values })
      key += `=${tensor.values.join()}`
    }
    let template = this.known.get(key)
    if (template === undefined) this.known.set(key, template = this.learn(name, attributes, inputs, outputs, constants))
    return template
  }

  /** Of an optimiser's step of this weight. */
  ofStep(name: string, numbers: ReadonlyMap<string, number>, { shape, dtype, key: weight }: Held): Template {
    const { operation, states, rest, varying } = optimizerSteps[name]!
    const constants = new Map([...numbers].filter(([attribute]) => !varying.has(attribute)))
    const key = `${name} ${weight} ${[...constants].join(' ')}`
    const known = this.known.get(key)
    if (known !== undefined && known !== 'alone') return known
    const own = [{ name: 'T', type: this.stock.TF_ATTR_TYPE, value: types.float }]
    const graph = inGraph(operation, own, [...Array.from({ length: states }, () => types.resource), ...rest.map(() => types.float)], this.operations)
    if (!graph) throw new Error(`TensorFlow has no operation ${operation}.`)
    const template: Template = {
      ...graph, id: this.known.size, constants: new Map(),
      outputs: Array.from({ length: states }, () => ({ shape: [...shape], dtype, key: weight })),
      step: { states, rest, constants, varying: [...varying] }
    }
    this.known.set(key, template)
    return template
  }

  /** Finds out what shapes an operation gives, by executing it on zeros. */
  private learn(
    name: string, attributes: readonly TFEOpAttr[], inputs: readonly Held[], outputs: number, constants: ReadonlyMap<number, Constant>
  ): Template | 'alone' {
    if (shapesFromValues.has(name)) return 'alone'
    // A shape that is itself computed.
    if (inputs.some((tensor, slot) => !constants.has(slot) && isConstant(name, slot, inputs.length, tensor.dtype === types.int))) return 'alone'
    const graph = inGraph(name, attributes, inputs.map(({ dtype }) => dtype), this.operations)
    // oneDNN's pooling has a workspace beside what it takes and gives in a graph: of no type that is recorded, and not needed there.
    if (!graph || graph.operation.stateful || inputs.slice(0, graph.inputs).some(({ dtype }) => !recordable.has(dtype))) return 'alone'
    const trial = inputs.map(({ shape, dtype }, slot) => {
      const { values } = constants.get(slot) ?? {}
      return values ? this.stock.createTensor([...shape], dtype, values) : this.filled(shape, dtype, divisions.has(name) && slot === 1 ? 1 : 0)
    })
    try {
      const results = this.stock.executeOp(name, [...attributes], trial, outputs)
      for (const { id } of results) this.stock.deleteTensor(id)
      if (results.slice(0, graph.outputNames.length).some(({ dtype }) => !recordable.has(dtype))) return 'alone'
      return { ...graph, id: this.known.size, constants, outputs: results.map(({ shape, dtype }) => ({ shape, dtype, key: keyOf(dtype, shape) })) }
    } catch {
      // What is wrong with it shows when it runs by itself, on its own values.
      return 'alone'
    } finally {
      for (const id of trial) this.stock.deleteTensor(id)
    }
  }

  /** A tensor of one value, large ones without a copy in JavaScript. */
  private filled(shape: readonly number[], dtype: number, value: number): number {
    const { stock } = this
    const make = dtype === types.float ? Float32Array : dtype === types.int ? Int32Array : Uint8Array
    const count = shape.reduce((product, length) => product * length, 1)
    if (count <= small || !recordable.has(dtype)) return stock.createTensor([...shape], dtype, new make(count).fill(value))
    const parts = [stock.createTensor([shape.length], types.int, Int32Array.from(shape)), stock.createTensor([], dtype, make.of(value))]
    const [filled] = stock.executeOp('Fill', [
      { name: 'T', type: stock.TF_ATTR_TYPE, value: dtype }, { name: 'index_type', type: stock.TF_ATTR_TYPE, value: types.int }
    ], parts, 1)
    for (const id of parts) stock.deleteTensor(id)
    return filled!.id
  }
}
