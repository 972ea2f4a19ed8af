import type { ModelFile } from '../shared/model-format'
import { architectureOf, architectures, definitionOf } from '../../architectures'
import type { Layer, NetworkDefinition } from '../../network/definition'
import { weightShapes, type WeightShape } from '../../network/shapes'
import type { FileLayer } from './file-layers'
import type { Misfit } from './graph-order'
import { layersInOrder, trailingNumber } from './layer-order'
import type { Naming } from './naming'

/** Words that people call a block's side way by, where it has a convolution. */
const sideWay = /short|down|skip|identity|residual_(conv|proj)/i

interface Convolution { layer: FileLayer, shape: readonly number[], depthwise: boolean, side: boolean, normalisation?: FileLayer }

/**
 * The layers of a file of weights by their shapes and their order, whatever they are called: one way of reading for each part of the
 * file that could be the network. Within one shape the file's order counts, or that of the numbers in its names where the file is
 * sorted by name; a batch normalisation belongs to the convolution before it or beside it. What that does not tell is no match.
 */
export function shapeOrders(file: ModelFile, layers: ReadonlyMap<string, FileLayer>): Naming[] {
  const { order, sorted } = layersInOrder(layers)
  const stems = order.filter((layer) => isStem(layer, file)).slice(0, 4)
  const scopes = new Set(stems.flatMap(({ name }) => {
    const parts = name.split(/[./]/).slice(0, 4)
    return parts.map((_, length) => parts.slice(0, length).map((part) => `${part}.`).join(''))
  }))
  return [...scopes].flatMap((scope): Naming[] => {
    const within = order.filter(({ name }) => name.startsWith(scope))
    const stem = within.find((layer) => isStem(layer, file))
    return stem ? [inShapeOrder(stem, within, sorted)] : []
  })
}

/** A convolution over images: of one or three channels, and no depthwise one that only looks so. */
function isStem({ weights }: FileLayer, { layout }: ModelFile): boolean {
  const shape = weights.get('factor')?.shape
  return layout === 'pytorch' && shape?.length === 4 && (shape[1] === 3 || (shape[1] === 1 && shape[0]! <= 64))
}

function inShapeOrder(stem: FileLayer, within: readonly FileLayer[], sorted: boolean): Naming {
  const { convolutions, misfit } = convolutionsOf(stem, within, sorted)
  const usual = new Map<string, Naming>()
  const placedIn = (definition: NetworkDefinition): Naming => placed(definition, convolutions, within, misfit)
  return {
    id: 'shape-order', title: 'order and shapes', architectures: architectures.map(({ id }) => id), heads: [],
    layer: (block, layer, id) => {
      const architecture = architectureOf(id)
      const known = usual.get(id) ?? placedIn(definitionOf(architecture, architecture.defaultInput, ['0']))
      usual.set(id, known)
      return known.layer(block, layer, id)
    },
    at: placedIn
  }
}

function convolutionsOf(stem: FileLayer, within: readonly FileLayer[], sorted: boolean): { convolutions: Convolution[], misfit?: Misfit } {
  const convolutions = within.flatMap((layer): Convolution[] => {
    const shape = layer.weights.get('factor')?.shape
    if (shape?.length !== 4) return []
    return [{ layer, shape, depthwise: layer !== stem && shape[1] === 1, side: sideWay.test(layer.name) }]
  })
  // Nothing comes before the first layer, wherever its name sorts.
  convolutions.sort((first, second) => Number(second.layer === stem) - Number(first.layer === stem))
  const misfit = pairNormalisations(convolutions, within, sorted)
  return { convolutions, ...(misfit && { misfit }) }
}

const isNormalisation = ({ weights }: FileLayer): boolean => weights.has('mean')
const lengthOf = ({ weights }: FileLayer): number | undefined => weights.get('mean')?.shape[0]

/** Finds each convolution's batch normalisation. @returns where that cannot be told */
function pairNormalisations(convolutions: Convolution[], within: readonly FileLayer[], sorted: boolean): Misfit | undefined {
  const all = within.filter(isNormalisation)
  const left = new Set(all)
  if (!sorted) {
    const first = all.slice(0, convolutions.length)
    const byRank = first.length === convolutions.length && convolutions.every(({ shape }, index) => lengthOf(first[index]!) === shape[0])
    if (byRank) {
      convolutions.forEach((each, index) => { each.normalisation = first[index]! })
      return undefined
    }
  }
  for (const each of convolutions) {
    const fitting = [...left].filter((layer) => lengthOf(layer) === each.shape[0])
    if (fitting.length === 0) continue
    const depth = Math.max(...fitting.map((layer) => shared(layer.name, each.layer.name)))
    const near = fitting.filter((layer) => shared(layer.name, each.layer.name) === depth)
    const [number, own] = [trailingNumber(each.layer.name), within.indexOf(each.layer)]
    const chosen = near.length === 1 ? near[0]
      : near.find((layer) => number !== undefined && sameWordBefore(layer.name, each.layer.name) && trailingNumber(layer.name) === number + 1)
        ?? near.find((layer) => number !== undefined && trailingNumber(layer.name) === number)
        ?? (sorted ? undefined : near.find((layer) => within.indexOf(layer) > own))
    if (!chosen) return { name: each.layer.name, found: 'a convolution with several batch normalisations beside it', wanted: 'one that its name or place tells' }
    each.normalisation = chosen
    left.delete(chosen)
  }
  return undefined
}

/** How many parts two names have in common from the front. */
function shared(first: string, second: string): number {
  const [one, other] = [first.split('.'), second.split('.')]
  let length = 0
  while (length < Math.min(one.length, other.length) - 1 && one[length] === other[length]) length++
  return length
}

/** `conv.0` and `conv.1` count through one list, `conv1` and `bn2` do not. */
const sameWordBefore = (first: string, second: string): boolean => first.replace(/\d+$/, '') === second.replace(/\d+$/, '')

const keyOf = (depthwise: boolean, [out, into, height, width]: readonly number[], side: boolean): string =>
  `${depthwise ? 'depthwise' : 'convolution'} ${height}×${width}×${into}×${out}${side ? ' beside' : ''}`

/** Lays the file's layers beside a network's, within each shape one after the other. */
function placed(definition: NetworkDefinition, convolutions: readonly Convolution[], within: readonly FileLayer[], misfit: Misfit | undefined): Naming {
  const shapes = weightShapes(definition).filter(({ block, weight }) => block !== definition.head.name && /kernel/i.test(weight))
  // A side way that has its main way's shape is told from it by its word; other words do not matter.
  const alike = new Set(shapes.filter(({ layer }) => isSide(layer)).map((shape) => networkKey(shape, false))
    .filter((key) => shapes.some((shape) => !isSide(shape.layer) && networkKey(shape, false) === key)))
  const queues = new Map<string, Convolution[]>()
  convolutions.slice(1).forEach((each) => {
    const plain = keyOf(each.depthwise, each.shape, false)
    const key = alike.has(plain) ? keyOf(each.depthwise, each.shape, each.side) : plain
    queues.set(key, [...queues.get(key) ?? [], each])
  })
  const dense = within.filter(({ weights }) => weights.get('factor')?.shape.length === 2)
  const pairs = new Map<string, Convolution>()
  const names = new Map<string, string>()
  shapes.forEach((shape, index) => {
    const { block, layer } = shape
    if (layer.kind === 'dense') {
      const at = dense.findIndex(({ weights }) => weights.get('factor')!.shape[0] === layer.units)
      if (at >= 0) names.set(`${block}.${layer.name}`, dense.splice(0, at + 1).at(-1)!.name)
      return
    }
    const plain = networkKey(shape, false)
    const found = index === 0 ? convolutions[0] : queues.get(alike.has(plain) ? networkKey(shape, isSide(layer)) : plain)?.shift()
    if (!found) return
    pairs.set(`${block}.${layer.name}`, found)
    names.set(`${block}.${layer.name}`, found.layer.name)
  })
  for (const block of definition.blocks) {
    for (const [index, layer] of block.layers.entries()) {
      if (layer.kind !== 'batch-normalisation') continue
      const before = block.layers.slice(0, index).findLast(({ kind }) => kind === 'convolution' || kind === 'depthwise-convolution')
      const found = before && pairs.get(`${block.name}.${before.name}`)?.normalisation
      if (found) names.set(`${block.name}.${layer.name}`, found.name)
    }
  }
  const used = new Set(names.values())
  const stranger = within.find((layer) => layer.weights.get('factor')?.shape.length === 4 && !used.has(layer.name))
  return {
    id: 'shape-order', title: 'order and shapes', architectures: [], heads: [],
    layer: (block, layer) => names.get(`${block}.${layer}`),
    graph: {
      misfit: () => misfit ?? (stranger && { name: stranger.name, found: stranger.weights.get('factor')!.shape.join('×'), wanted: '–' }),
      folded: false
    }
  }
}

const isSide = (layer: Layer): boolean => layer.inputs?.[0] === 'input' && layer.kind === 'convolution'
const networkKey = ({ layer, shape: [height, width, third, fourth] }: WeightShape, side: boolean): string =>
  keyOf(layer.kind === 'depthwise-convolution', layer.kind === 'depthwise-convolution' ? [third!, fourth!, height!, width!] : [fourth!, third!, height!, width!], side)
