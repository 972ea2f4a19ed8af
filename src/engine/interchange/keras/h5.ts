import type { File, Group } from 'h5wasm'
import { kerasVersion, toLayersModel, type KerasLayer } from '../tfjs/layers'
import type { StoredNetwork } from '../shared/stored-network'

/** The library with the files that it sees: its own, in memory. A link in a file leads nowhere else. */
export async function openHdf5() {
  const { default: hdf5 } = await import('h5wasm')
  return { hdf5, files: (await hdf5.ready).FS }
}

/**
 * A network as a Keras model in HDF5 (the layout of Keras 2, which every Keras since opens): images
 * [batch, height, width, channels], already normalised, → logits [batch, classes]. Layers are named `<block>.<layer>`.
 *
 * @throws GraftError `not-exportable` naming a layer that Keras has no counterpart for
 */
export async function encodeKerasH5({ definition, weights }: StoredNetwork, metadata: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const model = toLayersModel(definition)
  const { hdf5, files } = await openHdf5()
  const name = 'written.h5'
  const file = new hdf5.File(name, 'w')
  try {
    stamp(file)
    const layers = byDepth(model.topology.config['layers'] as KerasLayer[])
    file.create_attribute('model_config', JSON.stringify({
      class_name: model.topology.class_name, config: { ...model.topology.config, layers }
    }))
    for (const [key, value] of Object.entries(metadata)) file.create_attribute(key, value)
    const group = file.create_group('model_weights')
    stamp(group)
    writeNames(group, 'layer_names', layers.map((layer) => layer.name))
    for (const { name: layer } of layers) {
      const own = model.weights.filter((weight) => weight.name.startsWith(`${layer}/`))
      const layerGroup = group.create_group(layer)
      writeNames(layerGroup, 'weight_names', own.map((weight) => `${weight.name}:0`))
      const inner = own.length > 0 ? layerGroup.create_group(layer) : undefined
      for (const { name: weight, shape, from, values } of own) {
        inner!.create_dataset({
          name: `${weight.slice(layer.length + 1)}:0`, shape, dtype: '<f', data: values ?? weights.get(from!)!.data
        })
      }
    }
    file.flush()
  } finally {
    file.close()
  }
  try {
    return files.readFile(name)
  } finally {
    files.unlink(name)
  }
}

/**
 * Layers in the order that Keras gives them when it builds the model, by their longest way to the output: it takes the weights of
 * an HDF5 file by their place in that order, not by name. Of two as far away the earlier comes first, as here the main path does.
 */
function byDepth(layers: readonly KerasLayer[]): KerasLayer[] {
  const depths = new Map<string, number>()
  // A layer comes after those that it reads, so from the end on every depth is known in time.
  for (const { name, inbound_nodes: nodes } of [...layers].reverse()) {
    const depth = depths.get(name) ?? 0
    depths.set(name, depth)
    for (const [input] of nodes.flat()) depths.set(input, Math.max(depths.get(input) ?? 0, depth + 1))
  }
  return [...layers].sort((first, second) => depths.get(second.name)! - depths.get(first.name)!)
}

function stamp(group: File | Group): void {
  group.create_attribute('keras_version', kerasVersion)
  group.create_attribute('backend', 'tensorflow')
}

/** A list of names as Keras keeps it: bytes of one length; an empty list as no numbers. */
function writeNames(group: Group, attribute: string, names: readonly string[]): void {
  if (names.length === 0) return group.create_attribute(attribute, new Float64Array(0), [0], '<d')
  group.create_attribute(attribute, [...names], [names.length], `S${Math.max(...names.map((name) => Buffer.byteLength(name)))}`)
}
