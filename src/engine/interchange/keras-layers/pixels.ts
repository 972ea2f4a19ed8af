import { z } from 'zod'
import type { Step } from '../shared/file-graph'
import type { KerasFileLayer } from './layer'

type Said = Omit<Step, 'name' | 'operator'>

/** Channels that were taken out of an image one by one: by the layer that takes one, whose image and which. */
export class ChannelPicks extends Map<string, { from: string, channel: number }> {}

/** Longest list of constants that a step over pixels can have: one number per channel. */
const mostChannels = 4
const numberOr = z.union([z.number(), z.array(z.unknown())])
const wrapped = z.object({ class_name: z.enum(['__tensor__', '__numpy__']), config: z.object({ value: z.unknown() }) })

/** A constant as one number per channel; undefined where it is none, or a longer one. */
function constantOf(value: unknown): number[] | undefined {
  const inner = wrapped.safeParse(value).data?.config.value ?? value
  const found = numberOr.safeParse(inner).data
  if (found === undefined) return undefined
  const flat = (typeof found === 'number' ? [found] : found.flat(mostChannels)).slice(0, mostChannels + 1)
  const numbers = z.array(z.number()).min(1).max(mostChannels).safeParse(flat).data
  return numbers
}

/** What a call of an operation says besides the value that it works on: Keras 3 lists its arguments, Keras 2 names them. */
function callOf({ className, config, inbound }: KerasFileLayer): { operation: string, before?: number[], after?: number[], rest: unknown } | undefined {
  const call = Array.isArray(inbound) ? (inbound as unknown[])[0] : undefined
  if (className === 'TFOpLambda' || className === 'SlicingOpLambda') {
    const named = Array.isArray(call) && typeof call[0] === 'string' ? call[3] : Array.isArray(call) && Array.isArray(call[0]) ? (call[0] as unknown[])[3] : undefined
    const given = z.looseObject({}).safeParse(named).data
    if (!given || typeof config.function !== 'string') return undefined
    const after = constantOf(given.y ?? given.bias)
    return { operation: config.function, ...(after && { after }), rest: given.slice_spec }
  }
  const args = z.looseObject({ args: z.array(z.unknown()) }).safeParse(call).data?.args
  if (!args) return undefined
  const [first, second] = args
  const [before, after] = [constantOf(first), constantOf(second)]
  return { operation: className, ...(before && { before }), ...(after && { after }), rest: second }
}

/**
 * A step over pixels that Keras' arithmetic on tensors leaves in a model, as `x / 127.5 - 1` does, or the other order of channels;
 * undefined for any other layer.
 */
export function pixelStep(layer: KerasFileLayer, from: readonly string[], picks: ChannelPicks): { said: Said, inputs: readonly string[] } | undefined {
  const call = callOf(layer)
  if (!call) return undefined
  const [source] = from
  const { operation, before, after, rest } = call
  const name = operation.replace(/^(math|nn|__operators__)\./, '').replaceAll('_', '').toLowerCase()
  if (name === 'getitem') {
    const channel = lastChannel(rest)
    if (channel === 'reversed') return { said: { kind: 'channels-reversed' }, inputs: from }
    if (channel === undefined || source === undefined) return { said: { kind: 'other' }, inputs: from }
    picks.set(layer.name, { from: source, channel })
    return { said: { kind: 'other' }, inputs: from }
  }
  if (name === 'stack') {
    const picked = namesOfList(layer.inbound).map((each) => picks.get(each))
    const order = picked.map((pick) => pick?.channel).join()
    const same = picked.length === 3 && picked.every((pick) => pick && pick.from === picked[0]!.from) && layer.config.axis === -1
    if (!same || (order !== '2,1,0' && order !== '0,1,2')) return { said: { kind: 'other' }, inputs: from }
    return { said: { kind: order === '2,1,0' ? 'channels-reversed' : 'nothing' }, inputs: [picked[0]!.from] }
  }
  const constant = after ?? before
  if (!constant || (before && after)) return undefined
  const [zero, one] = [constant.map(() => 0), constant.map(() => 1)]
  const affine = (scale: number[], offset: number[]): { said: Said, inputs: readonly string[] } => ({ said: { kind: 'affine', scale, offset }, inputs: from })
  switch (name) {
    case 'truediv':
    case 'truedivide':
    case 'divide': return after ? affine(after.map((value) => 1 / value), zero) : undefined
    case 'multiply': return affine(constant, zero)
    case 'add':
    case 'biasadd': return affine(one, constant)
    case 'subtract': return after ? affine(one, after.map((value) => -value)) : affine(one.map(() => -1), constant)
    default: return undefined
  }
}

/** Which channel `x[..., n]` takes, or that `x[..., ::-1]` turns them round. */
function lastChannel(spec: unknown): number | 'reversed' | undefined {
  const parts = z.array(z.unknown()).length(2).safeParse(spec).data
  if (!parts || !JSON.stringify(parts[0]).includes('__ellipsis__')) return undefined
  const [, last] = parts
  if (typeof last === 'number') return last
  return /"step":-1[,}]/.test(JSON.stringify(last)) ? 'reversed' : undefined
}

/** Names of the layers in Keras 3's list of tensors, in its order. */
function namesOfList(inbound: unknown): string[] {
  const history = z.looseObject({ config: z.looseObject({ keras_history: z.tuple([z.string(), z.number(), z.number()]) }) })
  const list = z.array(z.looseObject({ args: z.array(z.unknown()) })).min(1).safeParse(inbound).data?.[0]!.args[0]
  return (Array.isArray(list) ? list as unknown[] : []).flatMap((each) => history.safeParse(each).data?.config.keras_history[0] ?? [])
}
