import { z } from 'zod'
import { imageShapeSchema, type ImageShape } from '../../../contract/datasets'
import type { Normalisation } from '../../../contract/models'
import type { LayerHint } from '../../architectures'
import type { KerasModel } from '../keras-layers/layer'
import { parseKerasModel, RunsCode } from '../keras-layers/steps'
import { graphOf, type TensorFlowGraph } from './graph'
import { readFacts } from '../shared/model-facts'
import { shown, Unreadable } from '../../safetensors/header'

const whole = z.number().refine(Number.isSafeInteger).min(0)
const quantisation = z.object({ dtype: z.enum(['uint8', 'uint16', 'float16']), scale: z.number().optional(), min: z.number().optional() })
const weightSchema = z.object({
  name: z.string(), shape: z.array(whole).max(32), dtype: z.string(), quantization: quantisation.optional()
})
const manifestSchema = z.array(z.object({ paths: z.array(z.string()).max(10_000), weights: z.array(weightSchema).max(20_000) })).max(20_000)
const modelSchema = z.looseObject({
  format: z.unknown().optional(), modelTopology: z.unknown(), signature: z.unknown().optional(), weightsManifest: manifestSchema
})

/** How a tensor's numbers are stored, and what brings them back: q · scale + minimum. */
export interface ManifestWeight {
  name: string
  shape: number[]
  stored: 'float32' | 'int32' | 'bool' | 'uint8' | 'uint16' | 'float16'
  scale: number
  minimum: number
  numbers: number
  bytes: number
}
/** @property specs the weights as the file has them, in TensorFlow.js's words */
export interface WeightGroup { paths: string[], weights: ManifestWeight[], specs: unknown[], bytes: number }
interface TfjsModel {
  groups: WeightGroup[]
  /** The layers as Keras describes them, where they are such. */
  topology?: KerasModel
  /** Its operations without layers, of a graph model as the converter makes it of a SavedModel. */
  graph?: TensorFlowGraph
  hints: { architecture?: string, input?: ImageShape, normalisation?: Normalisation, classes?: string[], layers: LayerHint[] }
}

const sizes = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const
const isStored = (dtype: string): dtype is keyof typeof sizes => Object.hasOwn(sizes, dtype)

/** What a `model.json` says. @throws Unreadable */
export function parseModelJson(text: string): TfjsModel {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new Unreadable({ en: 'it is not JSON', zh: '它不是 JSON' })
  }
  const model = modelSchema.safeParse(content)
  const graph = model.success ? graphOf(model.data) : undefined
  const topology = model.success && !graph ? topologyOf(model.data.modelTopology) : undefined
  if (!model.success) throw new Unreadable({ en: 'it has no weights manifest of the usual form', zh: '其中没有常规形式的权重清单' })
  return {
    ...(topology && { topology }), ...(graph && { graph }),
    groups: model.data.weightsManifest.map(({ paths, weights }) => {
      for (const path of paths) checkPath(path)
      const specified = weights.map(weightOf)
      return { paths, weights: specified, specs: weights, bytes: specified.reduce((sum, { bytes }) => sum + bytes, 0) }
    }),
    hints: { ...topologyHints(model.data.modelTopology), ...readFacts(ownSchema.safeParse(model.data.userDefinedMetadata).data?.graft) }
  }
}

/** The layers that a topology describes; undefined where it does not in Keras' form, for names and shapes tell a network too. */
function topologyOf(topology: unknown): KerasModel | undefined {
  const inner = topologySchema.safeParse(topology).data?.model_config ?? topology
  try {
    return parseKerasModel(inner)
  } catch (error) {
    if (error instanceof Unreadable || error instanceof RunsCode) return undefined
    throw error
  }
}

/** @throws Unreadable where a path could lead out of the model's folder */
function checkPath(path: string): void {
  const parts = path.split('/')
  if (path === '' || /[\\:\0]/.test(path) || path.startsWith('/') || parts.some((part) => part === '..' || part === '.' || part === '')) {
    throw new Unreadable({ en: `its manifest names the file ${shown(path)}, outside its folder`, zh: `其清单指向文件夹之外的文件 ${shown(path)}` })
  }
}

function weightOf({ name, shape, dtype, quantization }: z.infer<typeof weightSchema>): ManifestWeight {
  const stored = quantization?.dtype ?? dtype
  if (stored === 'bfloat16') throw noBfloat(name)
  if (!isStored(stored)) throw new Unreadable({ en: `weight ${shown(name)} is of type ${shown(stored)}, which Graft does not read`, zh: `权重 ${shown(name)} 的类型 ${shown(stored)} 无法读取` })
  const numbers = shape.reduce((product, length) => product * length, 1)
  if (!Number.isSafeInteger(numbers)) throw new Unreadable({ en: `weight ${shown(name)} has an impossible shape`, zh: `权重 ${shown(name)} 的形状不可能存在` })
  const whole = stored === 'uint8' || stored === 'uint16'
  return {
    name, shape, stored, numbers, bytes: numbers * sizes[stored],
    scale: whole ? quantization?.scale ?? 1 : 1, minimum: whole ? quantization?.min ?? 0 : 0
  }
}

const noBfloat = (name: string): Unreadable => new Unreadable({
  en: `weight ${shown(name)} says that it is bfloat16, which TensorFlow.js’s files cannot hold: save it with 32-bit or 16-bit floats`,
  zh: `权重 ${shown(name)} 标为 bfloat16，而 TensorFlow.js 的格式中没有该类型：请以 32 位或 16 位浮点数保存`
})

const ownSchema = z.object({ graft: z.unknown() })
const topologySchema = z.looseObject({ model_config: z.unknown().optional(), config: z.unknown().optional() })
const configSchema = z.looseObject({ config: z.unknown() })
const listSchema = z.looseObject({ layers: z.array(z.unknown()) })
const inputSchema = z.tuple([z.null(), z.number(), z.number(), z.number()])
const epsilonSchema = z.number().positive()
const paddingSchema = z.enum(['same', 'valid'])
const layerSchema = z.looseObject({ class_name: z.string(), config: z.looseObject({ name: z.string().optional() }) })
const positivePair = z.tuple([z.int().positive(), z.int().positive()])

/** The layers of a Keras topology, models within it included. */
function layerConfigs(topology: unknown, depth = 0): z.infer<typeof layerSchema>[] {
  const found = topologySchema.safeParse(topology)
  if (!found.success || depth > 4) return []
  const model = found.data.model_config === undefined ? found.data : configSchema.safeParse(found.data.model_config).data
  const config = model?.config
  const list = Array.isArray(config) ? config : listSchema.safeParse(config).data?.layers ?? []
  return list.slice(0, 5_000).flatMap((entry) => {
    const layer = layerSchema.safeParse(entry)
    if (!layer.success) return []
    return [layer.data, ...layerConfigs(entry, depth + 1)]
  })
}

/** What the topology says of the input, epsilons, strides and padding. */
function topologyHints(topology: unknown): { input?: ImageShape, layers: LayerHint[] } {
  const configs = layerConfigs(topology)
  let input: ImageShape | undefined
  const layers: LayerHint[] = []
  for (const { config } of configs) {
    const shape = inputSchema.safeParse(config.batch_input_shape ?? config.batch_shape)
    if (shape.success) input ??= imageShapeSchema.safeParse(shape.data.slice(1)).data
    const { name } = config
    if (name === undefined) continue
    const [epsilon, strides, padding] = [
      epsilonSchema.safeParse(config.epsilon).data, positivePair.safeParse(config.strides).data,
      paddingSchema.safeParse(config.padding).data
    ]
    if (epsilon === undefined && strides === undefined && padding === undefined) continue
    layers.push({ name, ...(epsilon !== undefined && { epsilon }), ...(strides && { strides }), ...(padding && { padding }) })
  }
  return { ...(input && { input }), layers }
}
