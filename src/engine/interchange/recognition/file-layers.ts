import type { FileTensor, ModelFile } from '../shared/model-format'
import { withJoinedProjections } from './projections'

/** Which of a layer's weights a tensor is; what multiplies and what is added, whatever the layer. */
type Role = 'factor' | 'offset' | 'mean' | 'variance'

export interface NamedTensor extends FileTensor { name: string }
/** The tensors of a file that belong to one layer. */
export interface FileLayer {
  /** What the names of its tensors begin with: `layer1.0.conv1`, `conv_dw_1`. */
  name: string
  weights: ReadonlyMap<Role, NamedTensor>
}

const roles: Readonly<Record<string, Role>> = {
  weight: 'factor', kernel: 'factor', depthwise_kernel: 'factor', depthwiseKernel: 'factor', gamma: 'factor', scale: 'factor',
  // LayerScale in torchvision, Hugging Face's ConvNeXt and its DINOv2.
  layer_scale: 'factor', layer_scale_parameter: 'factor', lambda1: 'factor', tokens: 'factor', positions: 'factor',
  bias: 'offset', beta: 'offset',
  running_mean: 'mean', moving_mean: 'mean', movingMean: 'mean',
  running_var: 'variance', moving_variance: 'variance', movingVariance: 'variance'
}

/** Parameters that stand for themselves in a file, with no layer around them. */
const alone = /(^|[./])(cls_token|class_token|pos_embed|pos_embedding|position_embeddings)$/

/** The role of each of Graft's weights. */
export const roleOf = (weight: string): Role => roles[weight]!

/** Counters that training keeps beside the weights; nothing is lost without them. */
const counters = /(^|[./])num_batches_tracked$/

/** A file's layers in the order in which they come, and the tensors that are no weight of a layer. */
export function layersOf(file: ModelFile): { layers: ReadonlyMap<string, FileLayer>, rest: NamedTensor[] } {
  const layers = new Map<string, { name: string, weights: Map<Role, NamedTensor> }>()
  const rest: NamedTensor[] = []
  for (const [name, { shape, data }] of withJoinedProjections(file.tensors)) {
    if (counters.test(name)) continue
    const tensor = { name, shape, data }
    if (alone.test(name)) {
      layers.set(name, { name, weights: new Map([['factor', tensor]]) })
      continue
    }
    const [, layer, part] = /^(.*)[./]([^./]+?)(?::\d+)?$/.exec(name) ?? []
    const role = part !== undefined && Object.hasOwn(roles, part) ? roles[part] : undefined
    if (layer === undefined || role === undefined) {
      rest.push(tensor)
      continue
    }
    const found = layers.get(layer) ?? { name: layer, weights: new Map() }
    layers.set(layer, found)
    // Two tensors for one place: none of them can be trusted to be it.
    if (found.weights.has(role)) rest.push(tensor)
    else found.weights.set(role, tensor)
  }
  return { layers, rest }
}
