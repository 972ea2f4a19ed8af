import type { TensorMetadata, TFEOpAttr, TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'
import { compile, inGraph, type Constant, type RecordedNode, type Template, type Values } from './compile'
import { operationsIn, type Operation } from './messages'
import { divisions, isConstant, optimizerSteps, shapesFromValues } from './slots'

/** The binding with Graft's addition (scripts/setup/addition/functions.cc). */
export interface FunctionBinding extends TFJSBinding {
  addFunction(bytes: Uint8Array): void
  removeFunction(name: string): void
  callFunction(name: string, inputs: number[], outputs: number, config: Uint8Array): number[]
  operationList(): Uint8Array
}

/** A resource variable of TensorFlow's: it holds a weight, or an average of the optimiser's. */
interface Variable { handle: number, key: string }

/** A tensor as TensorFlow.js gets to see it. */
interface Held {
  /** TensorFlow.js's number: the binding's own, or one from `firstId` on. */
  id: number
  shape: readonly number[]
  dtype: number
  /** Type and shape as text. */
  key: string
  /** The binding's number, once it has one. */
  real?: number | undefined
  /** A small tensor that JavaScript made. */
  values?: Values
  /** The operation of the recording under way that gives it: `node.output`. */
  from?: string | undefined
  /** The variable whose content it is. */
  variable?: Variable | undefined
  /** Deleted by TensorFlow.js, while the recording may still need it. */
  dead: boolean
}

/** Numbers from here on are the recorder's; smaller ones are the binding's, of before the recorder was there. */
const firstId = 2 ** 40
/** Elements up to which a tensor that JavaScript makes waits until it is known what it is for. */
const small = 64
/** Functions that are kept compiled. */
const most = 64
const none = new Uint8Array()
const types = { float: 1, int: 3, string: 7, complex: 8, bool: 10, resource: 20 } as const
const recordable: ReadonlySet<number> = new Set([types.float, types.int, types.bool])

interface Compiled { name: string, values: readonly number[] }

/**
 * Stands between TensorFlow.js and the binding. While a training step runs, it records the operations instead of executing
 * them; where a value is read, and at the end of the step, what was recorded runs as one function of TensorFlow's, compiled
 * once for each structure (as PyTorch's LazyTensor does, Suhan et al. 2021, arXiv:2102.13267).
 *
 * What is computed, and where values are read, stays JavaScript's. Shapes are learned by executing each new kind of operation
 * once, on zeros. What cannot be recorded (its shape follows from values) runs at once, between two functions.
 *
 * Weights and the optimiser's averages move into resource variables at their first step and are changed in place from then on.
 */
export class Recorder {
  /** What TensorFlow.js gets. */
  readonly binding: FunctionBinding
  /** Functions compiled and called. */
  readonly counts = { compiled: 0, called: 0 }
  /** Operations that ran by themselves within a step, by name: how often. */
  readonly alone = new Map<string, number>()
  /** A serialised ConfigProto for the calls; empty for TensorFlow's defaults. */
  config: Uint8Array = none
  private recording = false
  private nextId = firstId
  private readonly tensors = new Map<number, Held>()
  private readonly operations: (name: string) => Operation | undefined
  private readonly templates = new Map<string, Template | 'alone'>()
  private readonly functions = new Map<string, Compiled>()
  private readonly freeVariables = new Map<string, Variable[]>()
  private variablesMade = 0
  // The recording under way.
  private nodes: RecordedNode[] = []
  private structure: string[] = []
  private pending: Held[] = []
  private places = new Map<Held | string, number>()
  private external: (Held | number)[] = []
  private deleted: Held[] = []

  constructor(private readonly stock: FunctionBinding) {
    this.operations = operationsIn(stock.operationList())
    // Its properties can neither be counted nor written to, so they are copied by name.
    const constants = Object.fromEntries(Object.getOwnPropertyNames(stock).map((name) => [name, stock[name as keyof FunctionBinding]]))
    this.binding = {
      ...constants as unknown as FunctionBinding,
      createTensor: (shape, dtype, values) => this.createTensor(shape, dtype, values as Values),
      deleteTensor: (id) => this.deleteTensor(id),
      tensorDataSync: (id) => this.stock.tensorDataSync(this.realOf(this.held(id))),
      executeOp: (name, attributes, ids, outputs) => this.execute(name, attributes, ids, outputs)
    }
  }

  get isRecording(): boolean {
    return this.recording
  }

  /** Records what `work` computes; afterwards all of it has run. */
  record<Value>(work: () => Value): Value {
    if (this.recording) return work()
    this.recording = true
    try {
      const value = work()
      this.flush()
      return value
    } finally {
      this.recording = false
      this.forget()
    }
  }

  private createTensor(shape: number[], dtype: number, values: Values): number {
    const count = shape.reduce((product, length) => product * length, 1)
    const key = keyOf(dtype, shape)
    if (!this.recording || count > small || values.length !== count || !recordable.has(dtype)) {
      return this.add({ shape, dtype, key, real: this.stock.createTensor(shape, dtype, values) })
    }
    const own = dtype === types.float ? Float32Array.from(values) : dtype === types.int ? Int32Array.from(values) : Uint8Array.from(values)
    return this.add({ shape, dtype, key, values: own })
  }

  private add(tensor: Omit<Held, 'id' | 'dead'>): number {
    const id = this.nextId++
    this.tensors.set(id, { ...tensor, id, dead: false })
    return id
  }

  private held(id: number): Held {
    const tensor = this.tensors.get(id) ?? (id < firstId ? this.adopt(id) : undefined)
    if (!tensor) throw new Error(`Tensor ${id} was used after it was deleted.`)
    return tensor
  }

  /** Takes up a tensor of before the recorder was there. */
  private adopt(id: number): Held {
    // It tells type and shape, and shares the memory.
    const [same] = this.stock.executeOp('Identity', [], [id], 1)
    this.stock.deleteTensor(same!.id)
    const tensor: Held = { id, shape: same!.shape, dtype: same!.dtype, key: keyOf(same!.dtype, same!.shape), real: id, dead: false }
    this.tensors.set(id, tensor)
    return tensor
  }

  private deleteTensor(id: number): void {
    if (id < firstId && !this.tensors.has(id)) return this.stock.deleteTensor(id)
    const tensor = this.held(id)
    tensor.dead = true
    if (this.recording && this.places.has(tensor)) this.deleted.push(tensor)
    else this.drop(tensor)
  }

  private drop(tensor: Held): void {
    this.tensors.delete(tensor.id)
    if (tensor.real !== undefined) this.stock.deleteTensor(tensor.real)
    if (tensor.variable) this.release(tensor.variable)
    tensor.real = tensor.variable = undefined
  }

  /** The binding's number of a tensor. What it needs of the recording is computed first. */
  private realOf(tensor: Held): number {
    if (tensor.from !== undefined) this.flush()
    if (tensor.real !== undefined) return tensor.real
    if (tensor.values) return tensor.real = this.stock.createTensor([...tensor.shape], tensor.dtype, tensor.values)
    if (!tensor.variable) throw new Error('A tensor was used whose step had failed.')
    const [read] = this.stock.executeOp('ReadVariableOp', [this.type('dtype', tensor.dtype)], [tensor.variable.handle], 1)
    return tensor.real = read!.id
  }

  private execute(name: string, attributes: TFEOpAttr[], ids: number[], outputs: number): TensorMetadata[] {
    const inputs = ids.map((id) => this.held(id))
    if (!this.recording) return this.executeAlone(name, attributes, inputs, outputs)
    if (optimizerSteps[name]) return this.recordStep(name, attributes, inputs)
    const template = this.templateOf(name, attributes, inputs, outputs)
    if (template === 'alone') {
      this.alone.set(name, (this.alone.get(name) ?? 0) + 1)
      return this.executeAlone(name, attributes, inputs, outputs)
    }
    const references: string[] = []
    for (let slot = 0; slot < template.inputs; slot++) if (!template.constants.has(slot)) references.push(this.reference(inputs[slot]!))
    return this.push(template, references)
  }

  private executeAlone(name: string, attributes: TFEOpAttr[], inputs: readonly Held[], outputs: number): TensorMetadata[] {
    const results = this.stock.executeOp(name, attributes, inputs.map((tensor) => this.realOf(tensor)), outputs)
    for (const result of results) result.id = this.add({ shape: result.shape, dtype: result.dtype, key: keyOf(result.dtype, result.shape), real: result.id })
    return results
  }

  private push(template: Template, inputs: string[]): TensorMetadata[] {
    const node = this.nodes.length
    this.nodes.push({ template, inputs })
    this.structure.push(`${template.id}:${inputs.join()}`)
    return template.outputs.map(({ shape, dtype, key }, output) => {
      const tensor: Held = { id: this.nextId++, shape, dtype, key, from: `${node}.${output}`, dead: false }
      this.tensors.set(tensor.id, tensor)
      this.pending.push(tensor)
      return { id: tensor.id, shape: [...shape], dtype }
    })
  }

  /** How an input is named in the recording. */
  private reference(tensor: Held): string {
    return tensor.from ?? `i${this.place(tensor, tensor)}`
  }

  private place(key: Held | string, entry: Held | number): number {
    let place = this.places.get(key)
    if (place === undefined) {
      this.places.set(key, place = this.external.length)
      this.external.push(entry)
    }
    return place
  }

  private templateOf(name: string, attributes: readonly TFEOpAttr[], inputs: readonly Held[], outputs: number): Template | 'alone' {
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
    let template = this.templates.get(key)
    if (template === undefined) this.templates.set(key, template = this.learn(name, attributes, inputs, outputs, constants))
    return template
  }

  /** Finds out what shapes an operation gives, on zeros; `alone` where it cannot be recorded. */
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
      const { values } = constants.get(slot) ?? { values: blank(shape, dtype, divisions.has(name) && slot === 1 ? 1 : 0) }
      return this.stock.createTensor([...shape], dtype, values)
    })
    try {
      const results = this.stock.executeOp(name, [...attributes], trial, outputs)
      for (const { id } of results) this.stock.deleteTensor(id)
      if (results.slice(0, graph.outputNames.length).some(({ dtype }) => !recordable.has(dtype))) return 'alone'
      return { ...graph, id: this.templates.size, constants, outputs: results.map(({ shape, dtype }) => ({ shape, dtype, key: keyOf(dtype, shape) })) }
    } catch {
      // What is wrong with it shows when it runs by itself, on its own values.
      return 'alone'
    } finally {
      for (const id of trial) this.stock.deleteTensor(id)
    }
  }

  /** Records an optimiser's step: of its states' values new ones, which stay in resource variables. */
  private recordStep(name: string, attributes: readonly TFEOpAttr[], inputs: readonly Held[]): TensorMetadata[] {
    const { operation, states, rest, varying } = optimizerSteps[name]!
    const numbers = new Map(attributes.map(({ name: attribute, value }) => [attribute, value as number]))
    const constants = new Map([...numbers].filter(([attribute]) => !varying.has(attribute)))
    const weight = inputs[0]!
    const key = `${name} ${weight.key} ${[...constants].join(' ')}`
    let template = this.templates.get(key)
    if (template === undefined) {
      const own = [{ name: 'T', type: this.stock.TF_ATTR_TYPE, value: types.float }]
      const dtypes = [...Array.from({ length: states }, () => types.resource), ...rest.map(() => types.float)]
      const graph = inGraph(operation, own, dtypes, this.operations)
      if (!graph) throw new Error(`TensorFlow has no operation ${operation}.`)
      const { shape, dtype } = weight
      this.templates.set(key, template = {
        ...graph, id: this.templates.size, constants: new Map(), outputs: Array.from({ length: states }, () => ({ shape: [...shape], dtype, key: weight.key })),
        step: { states, rest, constants, varying: [...varying] }
      })
    }
    if (template === 'alone') throw new Error(`${operation} cannot be recorded.`)
    const references = inputs.map((tensor) => this.reference(tensor))
    for (const attribute of varying) {
      const value = numbers.get(attribute)!
      references.push(`i${this.place(`${attribute}=${value}`, value)}`)
    }
    return this.push(template, references)
  }

  /** Runs what was recorded as one function. */
  private flush(): void {
    if (this.nodes.length === 0) return
    const live = this.pending.filter((tensor) => !tensor.dead)
    const taken = live.filter((tensor) => !this.isState(tensor))
    const states = this.statesOfSteps()
    if (taken.length > 0 || states.length > 0) {
      const held = states.map(({ before }) => before?.dead === true && before.variable !== undefined)
      const key = `${this.structure.join(';')} ${taken.map(({ from }) => from).join()} ${held.map(Number).join('')}`
      const called = this.functions.get(key) ?? this.compile(key, taken, held)
      // The function used last is the last to be dropped.
      this.functions.delete(key)
      this.functions.set(key, called)
      this.call(called, taken, states, held)
    }
    this.forget()
  }

  private compile(key: string, taken: readonly Held[], held: readonly boolean[]): Compiled {
    const name = `graft_step_${this.counts.compiled++}`
    const { bytes, values } = compile(name, {
      nodes: this.nodes, live: taken.map(({ from }) => from!), held,
      external: this.external.map((entry) => typeof entry === 'number' ? { dtype: types.float, shape: [] } : entry)
    })
    this.stock.addFunction(bytes)
    const compiled = { name, values }
    this.functions.set(key, compiled)
    for (const [oldest, { name: old }] of this.functions) {
      if (this.functions.size <= most) break
      this.functions.delete(oldest)
      this.stock.removeFunction(old)
    }
    return compiled
  }

  private call({ name, values }: Compiled, taken: readonly Held[], states: readonly { before?: Held, after: Held }[], held: readonly boolean[]): void {
    const numbers: number[] = []
    const inputs = values.map((place) => {
      const entry = this.external[place]!
      if (typeof entry !== 'number') return this.realOf(entry)
      const id = this.stock.createTensor([], types.float, Float32Array.of(entry))
      numbers.push(id)
      return id
    })
    states.forEach(({ before, after }, index) => {
      if (held[index]) {
        after.variable = before!.variable
        before!.variable = undefined
        // A second owner of the buffer would have it copied.
        if (before!.real !== undefined && !inputs.includes(before!.real)) {
          this.stock.deleteTensor(before!.real)
          before!.real = undefined
        }
      } else {
        after.variable = this.variable(after)
      }
      inputs.push(after.variable!.handle)
    })
    this.counts.called++
    const outputs = this.stock.callFunction(name, inputs, taken.length, this.config)
    taken.forEach((tensor, index) => { tensor.real = outputs[index] })
    for (const id of numbers) this.stock.deleteTensor(id)
  }

  /** The values that the recorded steps start from and end with, in the order of the function's variables. */
  private statesOfSteps(): { before?: Held, after: Held }[] {
    const byName = new Map(this.pending.map((tensor) => [tensor.from!, tensor]))
    return this.nodes.flatMap(({ template: { step }, inputs }, node) => Array.from({ length: step?.states ?? 0 }, (_, state) => {
      const before = inputs[state]!.startsWith('i') ? this.external[Number(inputs[state]!.slice(1))] : undefined
      return { after: byName.get(`${node}.${state}`)!, ...(typeof before === 'object' && { before }) }
    }))
  }

  private isState({ from }: Held): boolean {
    return this.nodes[Number(from!.slice(0, from!.indexOf('.')))]!.template.step !== undefined
  }

  private variable({ shape, dtype, key }: Held): Variable {
    const free = this.freeVariables.get(key)?.pop()
    if (free) return free
    const text = (name: string, value: string): TFEOpAttr => ({ name, type: this.stock.TF_ATTR_STRING, value })
    const [handle] = this.stock.executeOp('VarHandleOp', [
      this.type('dtype', dtype), { name: 'shape', type: this.stock.TF_ATTR_SHAPE, value: [...shape] },
      text('container', ''), text('shared_name', `graft-variable-${this.variablesMade++}`)
    ], [], 1)
    return { handle: handle!.id, key }
  }

  /** Frees what a variable holds and keeps its handle for the next of this shape. */
  private release(variable: Variable): void {
    this.stock.executeOp('DestroyResourceOp', [{ name: 'ignore_lookup_error', type: this.stock.TF_ATTR_BOOL, value: true }], [variable.handle], 0)
    const free = this.freeVariables.get(variable.key)
    if (free) free.push(variable)
    else this.freeVariables.set(variable.key, [variable])
  }

  /** Begins a new recording: what was deleted meanwhile goes, what did not run is lost. */
  private forget(): void {
    const { deleted, pending } = this
    this.nodes = []
    this.structure = []
    this.pending = []
    this.places = new Map()
    this.external = []
    this.deleted = []
    for (const tensor of pending) {
      tensor.from = undefined
      if (tensor.dead && tensor.variable) this.drop(tensor)
    }
    for (const tensor of deleted) this.drop(tensor)
  }

  private type(name: string, value: number): TFEOpAttr {
    return { name, type: this.stock.TF_ATTR_TYPE, value }
  }
}

const keyOf = (dtype: number, shape: readonly number[]): string => `${dtype}[${shape.join()}]`

function blank(shape: readonly number[], dtype: number, value: number): Values {
  const count = shape.reduce((product, length) => product * length, 1)
  return (dtype === types.float ? new Float32Array(count) : dtype === types.int ? new Int32Array(count) : new Uint8Array(count)).fill(value)
}
