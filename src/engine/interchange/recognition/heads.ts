import type { Layer } from '../../network/definition'
import type { Step } from '../shared/file-graph'
import type { KernelLayout } from '../shared/model-format'
import type { FileLayer } from './file-layers'
import { shapeInGraft } from './kernels'
import { layersInOrder, trailingNumber } from './layer-order'

/** A layer of a head, and the file's layer with its weights where it has any. */
export interface HeadLayer { layer: Layer, fileLayer?: FileLayer }

interface Dense { fileLayer: FileLayer, inputs: number, units: number }

/** Names of what maps features for a contrastive loss, and tells no classes. */
const projects = /project|proj(_|\.|$)|predictor|prototype|contrast|embedding|pooler/i
const isProjection = (name: string): boolean => projects.test(name)

export function denseOf(fileLayer: FileLayer, layout: KernelLayout): Dense | undefined {
  const factor = fileLayer.weights.get('factor')
  // Three axes are a token or positions, which maps nothing; an axis of no length answers nothing.
  const shape = factor && factor.shape.length !== 3 && !factor.shape.includes(0) ? shapeInGraft(factor, layout, [0, 0], false) : undefined
  const plain = [...fileLayer.weights.keys()].every((role) => role === 'factor' || role === 'offset')
  return shape?.length === 2 && plain ? { fileLayer, inputs: shape[0]!, units: shape[1]! } : undefined
}

const parentOf = (name: string): string => /^(.*)[./]/.exec(name)?.[1] ?? ''

/** The layers of a head as a graph's steps say them; undefined where they are other than Graft has. */
export function headOfSteps(steps: readonly Step[], layers: ReadonlyMap<string, FileLayer>, layout: KernelLayout): HeadLayer[] | undefined {
  const result: HeadLayer[] = []
  let count = 0
  const number = (word: string): string => `${word}${++count}`
  for (const { kind, layer: name, epsilon } of steps.filter((step) => step.kind !== 'softmax')) {
    const fileLayer = name === undefined ? undefined : layers.get(name)
    if (kind === 'relu' || kind === 'relu6' || kind === 'silu' || kind === 'gelu' || kind === 'hard-swish') result.push({ layer: { kind, name: number('activation') } })
    else if (kind === 'batch-normalisation' && fileLayer) {
      result.push({ layer: { kind, name: number('normalisation'), epsilon: epsilon ?? 1e-3, momentum: 0.1 }, fileLayer })
    } else if (kind === 'dense' && fileLayer) {
      const dense = denseOf(fileLayer, layout)
      if (!dense) return undefined
      result.push({ layer: { kind, name: number('dense'), units: dense.units, bias: true }, fileLayer })
    } else return undefined
  }
  return ended(result)
}

/**
 * The layers of a head among those that a backbone leaves over, where a file tells no graph: dense layers that lead from the features
 * one to the next, with the batch normalisations between them. Activations have no weights: ReLU is taken between two layers, unless
 * the places in their names leave no room for one.
 * @param named the layer that has a head's usual name
 */
export function headOfLayers(
  left: readonly FileLayer[], features: number, layout: KernelLayout, named: FileLayer | undefined, prefix: string
): HeadLayer[] | undefined {
  const { order } = layersInOrder(new Map(left.map((layer) => [layer.name, layer])))
  const parent = named && parentOf(named.name)
  // Beside a head of a usual name only what stands in one list with it belongs to it: `classifier.1` and `classifier.4`.
  const belongs = ({ name }: FileLayer): boolean => named === undefined ? !isProjection(name)
    : name === named.name || (parent !== '' && `${parent}.` !== prefix && parentOf(name) === parent)
  const own = order.filter(belongs)
  const members = own.flatMap((fileLayer): (Dense | FileLayer)[] => {
    const dense = denseOf(fileLayer, layout)
    return dense ? [dense] : fileLayer.weights.has('mean') ? [fileLayer] : []
  })
  if (members.length < own.length) return undefined
  let length = features
  const result: HeadLayer[] = []
  let [before, room, count]: [string | undefined, boolean, number] = [undefined, false, 0]
  for (const member of members) {
    const { name } = 'units' in member ? member.fileLayer : member
    const places = before === undefined ? undefined : gap(before, name)
    // Between two dense layers comes one activation, where there is room: before the first weight that is not next in the list.
    if (room && (places === undefined ? 'units' in member : places > 1)) {
      result.push({ layer: { kind: 'relu', name: `activation${++count}` } })
      room = false
    }
    if ('units' in member) {
      if (member.inputs !== length) return undefined
      length = member.units
      result.push({ layer: { kind: 'dense', name: `dense${++count}`, units: length, bias: true }, fileLayer: member.fileLayer })
      room = true
    } else {
      if (member.weights.get('mean')!.shape[0] !== length) return undefined
      result.push({ layer: { kind: 'batch-normalisation', name: `normalisation${++count}`, epsilon: 1e-5, momentum: 0.1 }, fileLayer: member })
    }
    before = name
  }
  return ended(result)
}

/** How far apart two places of one list are; undefined where the names are no places of one. */
function gap(first: string, second: string): number | undefined {
  const [one, other] = [trailingNumber(first), trailingNumber(second)]
  if (one === undefined || other === undefined || !/[./]\d+$/.test(first) || parentOf(first) !== parentOf(second)) return undefined
  return other - one
}

/** A head ends in the layer that answers, whose name Graft knows. */
function ended(layers: HeadLayer[]): HeadLayer[] | undefined {
  const last = layers.at(-1)
  if (last?.layer.kind !== 'dense') return undefined
  return [...layers.slice(0, -1), { ...last, layer: { ...last.layer, name: 'dense' } }]
}
