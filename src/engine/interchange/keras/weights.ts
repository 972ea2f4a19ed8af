import type { Bounds } from '../../safetensors/bounds'
import type { FileTensor } from '../shared/model-format'
import type { Hdf5Object } from './hdf5/file'
import type { KerasFileLayer, KerasModel } from '../keras-layers/layer'
import { leavesOf } from '../keras-layers/steps'
import { shown, Unreadable } from '../../safetensors/header'

/** The numbers of every weight as `<layer>/<weight>`, and the layers that have any, in the file's order. */
export interface KerasWeights { tensors: Map<string, FileTensor>, layers: string[] }

/** Weights that Keras keeps in a long list of names cut in pieces: `weight_names0`, `weight_names1` … */
function listOf(object: Hdf5Object, name: string): string[] {
  const attributes = object.attributes()
  const whole = attributes.get(name)
  if (whole) return whole
  const parts: string[][] = []
  for (let piece = 0; attributes.has(`${name}${piece}`); piece++) parts.push(attributes.get(`${name}${piece}`)!)
  return parts.flat()
}

class Collector implements KerasWeights {
  readonly tensors = new Map<string, FileTensor>()
  readonly layers: string[] = []

  constructor(private readonly bounds: Bounds) {}

  add(layer: string, weight: string, object: Hdf5Object): void {
    const dataset = object.dataset()
    if (!dataset) throw new Unreadable({ en: `${shown(object.path)} is no tensor`, zh: `${shown(object.path)} 不是张量` })
    const name = `${layer}/${weight}`
    if (this.tensors.has(name)) throw new Unreadable({ en: `it holds two weights named ${shown(name)}`, zh: `其中有两个名为 ${shown(name)} 的权重` })
    this.bounds.take(dataset.shape.reduce((product, length) => product * length, 1))
    const data = dataset.read()
    this.tensors.set(name, { shape: dataset.shape, data })
    if (this.layers.at(-1) !== layer) this.layers.push(layer)
  }
}

/**
 * Weights of the form that `model.save('….h5')` and `save_weights('….h5')` write: a group a layer, in the attribute `layer_names`,
 * with its weights in `weight_names`.
 * @throws Unreadable, GraftError `model-too-large`
 */
export function readLegacyWeights(root: Hdf5Object, model: KerasModel | undefined, bounds: Bounds): KerasWeights {
  const found = new Collector(bounds)
  const within = new Map((model?.layers ?? []).map((layer) => [layer.name, layer]))
  // Keras calls the one number per channel of this layer `variable`.
  const scales = new Set(model ? leavesOf(model).flatMap(({ name, className }) => className === 'LayerScale' ? [name] : []) : [])
  for (const group of listOf(root, 'layer_names')) {
    const object = root.get(group)
    const names = listOf(object, 'weight_names')
    const parents = new Set(names.map((name) => name.split('/').at(-2)))
    // A model within the model has the weights of several layers in one group.
    const nested = within.get(group)?.layers !== undefined || (!model && parents.size > 1)
    for (const name of names) {
      const parts = name.split('/')
      const weight = parts.at(-1)!.replace(/:\d+$/, '')
      const layer = nested ? parts.at(-2) ?? group : group
      found.add(layer, scales.has(layer) ? 'gamma' : weight, object.get(name))
    }
  }
  return found
}

/**
 * Weights of Keras 3's own form (`model.weights.h5`): a group a layer with numbered variables, named by class and place
 * (`layers/conv2d_1/vars/0`); the layer's own name stands beside them in later versions, and else its place tells it.
 * @throws Unreadable, GraftError `model-too-large`
 */
export function readNumberedWeights(root: Hdf5Object, model: KerasModel | undefined, bounds: Bounds): KerasWeights {
  const found = new Collector(bounds)
  if (model) {
    readModel(root, model, found)
    return found
  }
  const visit = (group: Hdf5Object, depth: number): void => {
    for (const name of group.names().sort(byPlace)) {
      const object = group.get(name)
      const variables = object.find('vars')
      if (variables && !variables.dataset()) addVariables(found, variables.attributes().get('name')?.[0] ?? name, name, undefined, variables)
      const inner = object.find('layers')
      if (inner && depth < 4) visit(inner, depth + 1)
    }
  }
  const layers = root.find('layers')
  if (layers) visit(layers, 0)
  return found
}

/** `conv2d`, `conv2d_1`, `conv2d_2`, `conv2d_10`. */
function byPlace(first: string, second: string): number {
  const [, name = first, number = '0'] = /^(.*?)(?:_(\d+))?$/.exec(first) ?? []
  const [, otherName = second, otherNumber = '0'] = /^(.*?)(?:_(\d+))?$/.exec(second) ?? []
  return name === otherName ? Number(number) - Number(otherNumber) : name < otherName ? -1 : 1
}

function readModel(root: Hdf5Object, model: KerasModel, found: Collector): void {
  const group = root.find('layers')
  if (!group) {
    if (leavesOf(model).some(({ className }) => className === 'Conv2D' || className === 'Dense')) throw new Unreadable({ en: 'its weights file has no layers', zh: '其权重文件中没有层' })
    return
  }
  const counts = new Map<string, number>()
  const byName = namedGroups(group)
  for (const layer of model.layers) {
    const kind = snakeCase(layer.className)
    const count = counts.get(kind) ?? 0
    counts.set(kind, count + 1)
    const place = count === 0 ? kind : `${kind}_${count}`
    const object = byName.get(layer.name) ?? (group.find(layer.name) && !group.find(place) ? group.get(layer.name) : group.find(place))
    if (!object) continue
    if (layer.layers) readModel(object, layer.layers, found)
    else {
      const variables = object.find('vars')
      const named = variables?.attributes().get('name')?.[0]
      // An operation that is no layer, as an addition in `preprocess_input`, has a place in the model and none in the file.
      if (named !== undefined && named !== layer.name && variables!.names().length > 0) {
        throw new Unreadable({ en: `its weights of ${shown(place)} belong to ${shown(named)}, not to ${shown(layer.name)}`, zh: `${shown(place)} 的权重属于 ${shown(named)}，而不是 ${shown(layer.name)}` })
      }
      if (variables) addVariables(found, layer.name, place, layer, variables)
    }
  }
}

/** Groups with numbers by the layer that they say they belong to, where they say it. */
function namedGroups(group: Hdf5Object): Map<string, Hdf5Object> {
  return new Map(group.names().flatMap((place) => {
    const object = group.get(place)
    const variables = object.find('vars')
    const named = variables && !variables.dataset() && variables.names().length > 0 ? variables.attributes().get('name')?.[0] : undefined
    return named === undefined ? [] : [[named, object] as const]
  }))
}

/** As Keras 3 names groups: `Conv2D` → `conv2d`, `BatchNormalization` → `batch_normalization`. */
const snakeCase = (name: string): string => name.replaceAll(/\W+/g, '').replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2').replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase()

/** Numbered variables under the names that they have in the older form. */
function addVariables(found: Collector, name: string, place: string, layer: KerasFileLayer | undefined, variables: Hdf5Object): void {
  const numbers = variables.names().sort((first, second) => Number(first) - Number(second))
  const normalises = layer ? layer.className === 'BatchNormalization' : place.startsWith('batch_normalization') || numbers.length === 4
  const depthwise = layer ? layer.className === 'DepthwiseConv2D' : place.startsWith('depthwise_conv2d')
  const scales = layer?.className === 'LayerNormalization' || layer?.className === 'LayerScale'
  const names = normalises || scales
    ? [...(layer?.config.scale === false ? [] : ['gamma']), ...(layer?.config.center === false ? [] : ['beta']), ...(scales ? [] : ['moving_mean', 'moving_variance'])]
    : (layer?.className ?? place).toLowerCase().startsWith('normalization') ? ['mean', 'variance', 'count'] : [depthwise ? 'depthwise_kernel' : 'kernel', 'bias']
  numbers.forEach((number, index) => found.add(name, names[index] ?? number, variables.get(number)))
}
