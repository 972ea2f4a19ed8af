import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'
import { computedIn, inBfloat16, isComputed } from './bfloat16'
import { types } from './held'
import { attributeValue, flagValue, integerValue, tensorValue, typeValue, functionMessage, type Node, type Operation } from './messages'
import type { Constant, RecordedNode, Template } from './recording'
import { inGraphs } from './slots'

/** The definition, complete attributes and names of outputs of an operation, as a graph needs them. */
export function inGraph(
  name: string, attributes: readonly TFEOpAttr[], dtypes: readonly number[], find: (name: string) => Operation | undefined
): Pick<Template, 'operation' | 'inputs' | 'attributes' | 'outputNames' | 'inputTypes' | 'outputTypes'> | undefined {
  const translation = inGraphs[name]
  const operation = find(translation?.operation ?? name)
  if (!operation) return undefined
  const inputs = translation?.inputs ?? dtypes.length
  const given = new Map(attributes.filter((attribute) => operation.attributes.has(attribute.name)).map(({ name: key, type, value }) => (
    [key, { value, bytes: attributeValue(type, value) }]
  )))
  const numbers = new Map<string, number>()
  const complete = new Map([...given].map(([key, { bytes }]) => [key, bytes]))
  const inputTypes: (string | undefined)[] = []
  let next = 0
  for (const [place, argument] of operation.inputs.entries()) {
    const { numberAttribute, typeAttribute, listAttribute } = argument
    if (listAttribute !== undefined) return undefined
    // What follows a list takes one input each here.
    const count = numberAttribute === undefined ? 1 : Number(given.get(numberAttribute)?.value ?? inputs - next - (operation.inputs.length - place - 1))
    if (numberAttribute !== undefined) {
      numbers.set(numberAttribute, count)
      complete.set(numberAttribute, integerValue(count))
    }
    if (typeAttribute !== undefined && !complete.has(typeAttribute)) complete.set(typeAttribute, typeValue(dtypes[next]!))
    next += count
    inputTypes.push(...Array.from({ length: count }, () => typeAttribute))
  }
  for (const [key, standard] of operation.attributes) {
    if (complete.has(key)) continue
    if (!standard) return undefined
    complete.set(key, standard)
  }
  const outputs = operation.outputs.flatMap(({ name: output, numberAttribute, typeAttribute, listAttribute }) => {
    if (listAttribute !== undefined) return []
    const count = numberAttribute === undefined ? 1 : numbers.get(numberAttribute) ?? Number(given.get(numberAttribute)?.value)
    return Array.from({ length: count }, (_, index) => ({ name: `${output}:${index}`, type: typeAttribute }))
  })
  return {
    operation, attributes: complete, inputs, inputTypes,
    outputNames: outputs.map((output) => output.name), outputTypes: outputs.map((output) => output.type)
  }
}

/** What a recording comes to: what is computed, what is taken from it, and the variables that its steps change. */
interface Recording {
  nodes: readonly RecordedNode[]
  /** Type and shape of what comes from outside. */
  external: readonly { dtype: number, shape: readonly number[] }[]
  /** `node.output`, in the order of the function's outputs. */
  live: readonly string[]
  /** For each state of each step in turn: whether its variable holds the value already. */
  held: readonly boolean[]
  /** Whether heavy operations compute in bfloat16. */
  bfloat16: boolean
}

/**
 * The function of a recording, serialised. Its inputs are those from outside that it needs, `values` by number, then one
 * resource variable for each state of each step.
 */
export function compile(name: string, { nodes, external, live, held, bfloat16 }: Recording): { bytes: Uint8Array, values: number[], bfloat16: boolean } {
  const needed = neededBy(nodes, live)
  const fast = bfloat16 ? inBfloat16(nodes, needed) : new Set<number>()
  const made: Node[] = []
  const constants = new Map<string, string>()
  const used = new Set<number>()
  const reads = new Set<string>()
  const casts = new Map<string, string>()
  const effects: string[] = []
  const handles: string[] = []
  const float = new Map([['dtype', typeValue(types.float)]])

  const constant = ({ dtype, shape, values }: Constant): string => {
    const key = `${dtype}[${shape.join()}]${values.join()}`
    let known = constants.get(key)
    if (known === undefined) {
      known = `constant${constants.size}`
      constants.set(key, known)
      const bytes = new Uint8Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength))
      made.push({ name: known, operation: 'Const', inputs: [], attributes: new Map([['dtype', typeValue(dtype)], ['value', tensorValue(dtype, shape, bytes)]]) })
    }
    return `${known}:output:0`
  }
  const value = (reference: string): string => {
    if (reference.startsWith('i')) {
      used.add(Number(reference.slice(1)))
      return reference
    }
    const [node, output] = reference.split('.').map(Number) as [number, number]
    const { template } = nodes[node]!
    const own = `n${node}:${template.outputNames[output]!}`
    if (!template.step) return fast.has(node) && isComputed(template, output) ? cast(own, types.bfloat16, types.float) : own
    const read = `read${node}_${output}`
    if (!reads.has(read)) {
      reads.add(read)
      made.push({ name: read, operation: 'ReadVariableOp', inputs: [handleOf(node, output), `^n${node}`], attributes: float })
    }
    return `${read}:value:0`
  }
  /** The same in bfloat16. */
  const fastValue = (reference: string): string => {
    const [node, output] = reference.split('.').map(Number) as [number, number]
    const direct = !reference.startsWith('i') && fast.has(node) && isComputed(nodes[node]!.template, output)
    return direct ? `n${node}:${nodes[node]!.template.outputNames[output]!}` : cast(value(reference), types.float, types.bfloat16)
  }
  const cast = (from: string, source: number, target: number): string => {
    let known = casts.get(`${from} ${target}`)
    if (known === undefined) {
      known = `cast${casts.size}`
      casts.set(`${from} ${target}`, known)
      made.push({ name: known, operation: 'Cast', inputs: [from], attributes: new Map([['SrcT', typeValue(source)], ['DstT', typeValue(target)], ['Truncate', flagValue(false)]]) })
    }
    return `${known}:y:0`
  }
  const handleOf = (node: number, state: number): string => `h${node}_${state}`

  let state = 0
  nodes.forEach(({ template, inputs }, index) => {
    if (!needed.has(index)) return
    if (template.step) {
      const { states, rest, constants: fixed, varying } = template.step
      const before: string[] = []
      for (let each = 0; each < states; each++) {
        const handle = handleOf(index, each)
        handles.push(handle)
        if (held[state++]) continue
        const assign = `assign${index}_${each}`
        const attributes = new Map([...float, ['validate_shape', flagValue(false)] as const])
        made.push({ name: assign, operation: 'AssignVariableOp', inputs: [handle, value(inputs[each]!)], attributes })
        before.push(`^${assign}`)
      }
      const number = (key: string): string => {
        const known = fixed.get(key)
        return known === undefined
          ? value(inputs[states + 1 + varying.indexOf(key)]!)
          : constant({ dtype: types.float, shape: [], values: Float32Array.of(known) })
      }
      made.push({
        name: `n${index}`, operation: template.operation.name, attributes: template.attributes,
        inputs: [
          ...Array.from({ length: states }, (_, each) => handleOf(index, each)),
          ...rest.map((key) => key === 'gradient' ? value(inputs[states]!) : number(key)), ...before
        ]
      })
      effects.push(`n${index}`)
      return
    }
    const remaining = [...inputs]
    const isFast = fast.has(index)
    const all = Array.from({ length: template.constants.size + inputs.length }, (_, slot) => {
      const fixed = template.constants.get(slot)
      const inFast = isFast && template.inputTypes[slot] === computedIn
      if (fixed) return inFast ? cast(constant(fixed), types.float, types.bfloat16) : constant(fixed)
      return inFast ? fastValue(remaining.shift()!) : value(remaining.shift()!)
    })
    const attributes = isFast ? new Map([...template.attributes, [computedIn, typeValue(types.bfloat16)]]) : template.attributes
    made.push({ name: `n${index}`, operation: template.operation.name, inputs: all, attributes })
  })
  const outputs = live.map((reference, index) => {
    const [node, output] = reference.split('.').map(Number) as [number, number]
    return { name: `o${index}`, type: nodes[node]!.template.outputs[output]!.dtype, from: value(reference) }
  })
  const values = [...used].sort((a, b) => a - b)
  return {
    values,
    bfloat16: fast.size > 0,
    bytes: functionMessage({
      name, outputs, nodes: made, effects,
      inputs: [
        ...values.map((index) => ({ name: `i${index}`, type: external[index]!.dtype, shape: external[index]!.shape })),
        ...handles.map((handle) => ({ name: handle, type: types.resource }))
      ]
    })
  }
}

/** Numbers of the nodes that what is taken, or changed, follows from. */
function neededBy(nodes: readonly RecordedNode[], live: readonly string[]): Set<number> {
  const needed = new Set<number>()
  const want = (reference: string): void => { if (!reference.startsWith('i')) needed.add(Number(reference.slice(0, reference.indexOf('.')))) }
  live.forEach(want)
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (nodes[index]!.template.step) needed.add(index)
    if (!needed.has(index)) continue
    const inputs = nodes[index]!.inputs
    inputs.forEach(want)
  }
  return needed
}
