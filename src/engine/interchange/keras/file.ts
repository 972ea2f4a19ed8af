import { GraftError } from '../../../contract/errors'
import type { Remark } from '../../../contract/models'
import type { Text } from '../../../contract/text'
import { Bounds } from '../../safetensors/bounds'
import type { ReadLimits } from '../../safetensors/limits'
import type { ModelFile } from '../shared/model-format'
import { stepsOf, type Step } from '../shared/file-graph'
import { leadingPixels } from '../recognition/graph-order'
import { Hdf5File, type Unpacked } from './hdf5/file'
import { kerasGraph, kerasInput, kerasResizes, parseKerasModel, RunsCode } from '../keras-layers/steps'
import { readLegacyWeights, readNumberedWeights, type KerasWeights } from './weights'
import { readFacts } from '../shared/model-facts'
import { pixelHints } from '../shared/pixel-scale'
import { Unreadable } from '../../safetensors/header'

/**
 * @param config what a Keras 3 archive says beside its weights
 * @param unpacked numbers of the file that lie in chunks
 * @throws GraftError naming the file
 */
export function decodeKeras(bytes: Uint8Array, path: string, limits: ReadLimits, config?: unknown, unpacked?: Unpacked): ModelFile {
  return named(path, () => {
    const { root } = new Hdf5File(bytes, unpacked)
    const attributes = root.attributes()
    const content = config ?? jsonOf(attributes.get('model_config')?.[0])
    const model = content === undefined ? undefined : parseKerasModel(content)
    const bounds = new Bounds(path, limits)
    const legacy = root.find('model_weights') ?? (attributes.has('layer_names') || attributes.has('layer_names0') ? root : undefined)
    const weights = legacy ? readLegacyWeights(legacy, model, bounds) : readNumberedWeights(root, model, bounds)
    const steps = model && stepsOf(kerasGraph(model, weights.tensors))
    const input = model && kerasInput(model)
    const pixels = steps ? pixelHints(leadingPixels(steps), input?.[2]) : {}
    // What says a shortcut or a normalisation has found its place.
    const said = new Set(steps?.filter(({ kind }) => kind === 'shortcut' || (kind === 'affine' && pixels.normalisation)).map(({ name }) => name))
    const tensors = new Map([...weights.tensors].filter(([name]) => !said.has(name.slice(0, name.lastIndexOf('/')))))
    return {
      tensors, layout: 'tensorflow', ...(steps ? { steps } : { listed: listedSteps(weights) }),
      hints: { ...(input && { input }), ...pixels, ...readFacts(attributes.get('graft')?.[0]) },
      ...(model && kerasResizes(model) && { remarks: [resizesItself] })
    }
  })
}

const resizesItself: Remark = { about: 'assumed', text: {
  en: 'It resizes or crops its pictures itself. Graft brings pictures to that size when they are imported, which is not the same to the last digit.',
  zh: '该模型自行缩放或裁剪图像。Graft 在导入图像时调整到该尺寸，结果不会逐位相同。'
} }

/** Layers with weights, where nothing but these is told: what they are shows in their weights. */
function listedSteps({ tensors, layers }: KerasWeights): Step[] {
  return [...new Set(layers)].flatMap((layer): Step[] => {
    const kernel = tensors.get(`${layer}/kernel`)
    const kind = tensors.has(`${layer}/depthwise_kernel`) ? 'depthwise-convolution'
      : tensors.has(`${layer}/moving_mean`) ? 'batch-normalisation'
        : kernel?.shape.length === 4 ? 'convolution' : kernel?.shape.length === 2 ? 'dense' : undefined
    return kind ? [{ kind, name: layer, operator: kind, layer }] : []
  })
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Unreadable({ en: 'its configuration is not JSON', zh: '其配置不是 JSON' })
  }
}

/** What went wrong, with the file's name. */
function named<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw told(path, error)
  }
}

export function told(path: string, error: unknown): unknown {
  if (error instanceof RunsCode) return runsCode(path, error)
  return error instanceof Unreadable ? damaged(path, error.reason) : error
}

export const damaged = (path: string, reason: Text): GraftError => new GraftError('keras-damaged', {
  en: `${path} cannot be read as a Keras model: ${reason.en}.`, zh: `无法将 ${path} 读取为 Keras 模型：${reason.zh}。`
}, { field: 'path', remedy: { en: 'Save the model again, as model.save(\'model.h5\') or model.save(\'model.keras\').', zh: '请重新保存模型：model.save(\'model.h5\') 或 model.save(\'model.keras\')。' } })

const runsCode = (path: string, { layer, className }: RunsCode): GraftError => new GraftError('keras-runs-code', {
  en: `${path} is refused: its layer ${layer} is a ${className}, which carries a program, and Graft runs nothing that a file brings.`,
  zh: `已拒绝 ${path}：其层 ${layer} 是 ${className}，带有程序，而 Graft 不会运行文件带来的任何代码。`
}, { field: 'path', remedy: { en: 'Save the model without that layer, or its weights alone: model.save_weights(\'model.weights.h5\').', zh: '请去掉该层再保存模型，或只保存权重：model.save_weights(\'model.weights.h5\')。' } })
