import type { TensorMetadata, TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'
import type { Precision } from '../../../contract/training'
import { compile } from './compile'
import { keyOf, recordable, small, types, type FunctionBinding, type Held, type Values } from './held'
import { isNetworkProduct } from './network-products'
import type { RecordedNode, Template } from './recording'
import { optimizerSteps } from './slots'
import { Templates } from './templates'
import { Variables } from './variables'

/** Numbers from here on are the recorder's; smaller ones are the binding's, of before the recorder was there. */
const firstId = 2 ** 40
/** Functions that are kept compiled. */
const most = 64
const none = new Uint8Array()

interface Compiled { name: string, values: readonly number[], bfloat16: boolean }

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
  /** Functions compiled and called, and calls of those that compute something in bfloat16. */
  readonly counts = { compiled: 0, called: 0, inBfloat16: 0 }
  /** Operations that ran by themselves within a step, by name: how often. */
  readonly alone = new Map<string, number>()
  private recording = false
  private precision: Precision = 'float32'
  private nextId = firstId
  private readonly tensors = new Map<number, Held>()
  private readonly templates: Templates
  private readonly variables: Variables
  private readonly functions = new Map<string, Compiled>()
  // The recording under way.
  private nodes: RecordedNode[] = []
  private structure: string[] = []
  private pending: Held[] = []
  private places = new Map<Held | string, number>()
  private external: (Held | number)[] = []
  private deleted: Held[] = []

  constructor(private readonly stock: FunctionBinding) {
    this.templates = new Templates(stock)
    this.variables = new Variables(stock)
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
  record<Value>(work: () => Value, precision: Precision = 'float32'): Value {
    if (this.recording) return work()
    this.recording = true
    this.precision = precision
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
    if (tensor.variable) this.variables.release(tensor.variable)
    tensor.real = tensor.variable = undefined
  }

  /** The binding's number of a tensor. What it needs of the recording is computed first. */
  private realOf(tensor: Held): number {
    if (tensor.from !== undefined) this.flush()
    if (tensor.real !== undefined) return tensor.real
    if (tensor.values) return tensor.real = this.stock.createTensor([...tensor.shape], tensor.dtype, tensor.values)
    if (!tensor.variable) throw new Error('A tensor was used whose step had failed.')
    return tensor.real = this.variables.read(tensor.variable, tensor.dtype)
  }

  private execute(name: string, attributes: TFEOpAttr[], ids: number[], outputs: number): TensorMetadata[] {
    const inputs = ids.map((id) => this.held(id))
    if (!this.recording) return this.executeAlone(name, attributes, inputs, outputs)
    if (optimizerSteps[name]) return this.recordStep(name, attributes, inputs)
    const template = this.templates.of(name, attributes, inputs, outputs)
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
    const network = this.precision === 'bfloat16' && isNetworkProduct()
    this.nodes.push({ template, inputs, ...(network && { network }) })
    this.structure.push(`${template.id}${network ? 'n' : ''}:${inputs.join()}`)
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

  /** Records an optimiser's step: of its states' values new ones, which stay in resource variables. */
  private recordStep(name: string, attributes: readonly TFEOpAttr[], inputs: readonly Held[]): TensorMetadata[] {
    const numbers = new Map(attributes.map(({ name: attribute, value }) => [attribute, value as number]))
    const template = this.templates.ofStep(name, numbers, inputs[0]!)
    const references = inputs.map((tensor) => this.reference(tensor))
    for (const attribute of template.step!.varying) {
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
      const key = `${this.precision} ${this.structure.join(';')} ${taken.map(({ from }) => from).join()} ${held.map(Number).join('')}`
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
    const { bytes, values, bfloat16 } = compile(name, {
      nodes: this.nodes, live: taken.map(({ from }) => from!), held, bfloat16: this.precision === 'bfloat16',
      external: this.external.map((entry) => typeof entry === 'number' ? { dtype: types.float, shape: [] } : entry)
    })
    this.stock.addFunction(bytes)
    const compiled = { name, values, bfloat16 }
    this.functions.set(key, compiled)
    for (const [oldest, { name: old }] of this.functions) {
      if (this.functions.size <= most) break
      this.functions.delete(oldest)
      this.stock.removeFunction(old)
    }
    return compiled
  }

  private call(
    { name, values, bfloat16 }: Compiled, taken: readonly Held[], states: readonly { before?: Held, after: Held }[], held: readonly boolean[]
  ): void {
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
        after.variable = this.variables.take(after)
      }
      inputs.push(after.variable!.handle)
    })
    this.counts.called++
    if (bfloat16) this.counts.inBfloat16++
    const outputs = this.stock.callFunction(name, inputs, taken.length, none)
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
}
