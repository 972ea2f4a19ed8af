import { GraftError } from '../../contract/errors'
import type { Text } from '../../contract/text'
import type { PossibleModel } from './shared/model-format'

interface Kind {
  is(possible: PossibleModel, names: readonly string[]): boolean
  title: Text
  /** Why it is not read; that it holds no layers to train, when absent. */
  reason?: Text
  remedy: Text
}

const again: Text = {
  en: 'From Teachable Machine choose Export Model → Tensorflow → Keras, or Tensorflow.js; from Python save it as model.save(\'model.keras\') or export it to ONNX.',
  zh: '在 Teachable Machine 中请选择“导出模型 → Tensorflow → Keras”或“Tensorflow.js”；在 Python 中请用 model.save(\'model.keras\') 保存或导出为 ONNX。'
}

const noLayers: Text = { en: 'which holds no layers that Graft can train further', zh: '其中没有 Graft 可以继续训练的层' }
const toOnnx: Text = {
  en: 'Export the network to ONNX with the framework that it was made in.', zh: '请用创建它的框架将网络导出为 ONNX。'
}
const oneOfSeveral: Text = { en: 'which holds some of its weights, and not what the network is', zh: '其中只有部分权重，没有网络本身' }
const notRead: Text = { en: 'which is not read here', zh: '此处无法读取' }
const ending = (pattern: RegExp) => ({ path }: PossibleModel): boolean => pattern.test(path)

/** Kinds of model files that Graft knows and does not read, with what to do instead. */
const kinds: readonly Kind[] = [
  {
    is: ({ path }, names) => names.some((name) => /(^|\/)saved_model\.pb$/.test(name)) || /saved_model\.pb$/.test(path),
    title: { en: 'a TensorFlow SavedModel', zh: 'TensorFlow SavedModel' }, remedy: again
  },
  {
    is: ({ path }) => /\.(mlmodel|mlpackage)$/i.test(path), title: { en: 'a Core ML model', zh: 'Core ML 模型' },
    remedy: { en: 'Save the network that it was made from, as ONNX or with its state dictionary.', zh: '请保存其来源网络：ONNX 或 state_dict。' }
  },
  {
    is: ending(/group\d+-shard\d+of\d+(\.bin)?$/i), title: { en: 'a part of a TensorFlow.js model', zh: 'TensorFlow.js 模型的一部分' }, reason: oneOfSeveral,
    remedy: { en: 'Choose the folder that it lies in, with model.json.', zh: '请选择其所在的文件夹（含 model.json）。' }
  },
  {
    is: ({ path }, names) => /\.(ckpt(-\d+)?(\.(index|meta))?|index|data-\d+-of-\d+)$/i.test(path) ||
      names.some((name) => /\.ckpt(-\d+)?\.index$/i.test(name)),
    title: { en: 'a TensorFlow checkpoint', zh: 'TensorFlow 检查点' }, reason: oneOfSeveral, remedy: again
  },
  { is: ending(/\.pb$/i), title: { en: 'a frozen TensorFlow graph', zh: '冻结的 TensorFlow 图' }, remedy: again },
  { is: ending(/\.(pdparams|pdmodel|pdiparams)$/i), title: { en: 'a PaddlePaddle model', zh: 'PaddlePaddle 模型' }, reason: notRead, remedy: toOnnx },
  { is: ending(/\.(caffemodel|prototxt)$/i), title: { en: 'a Caffe model', zh: 'Caffe 模型' }, reason: notRead, remedy: toOnnx },
  { is: ending(/\.(params|mar)$/i), title: { en: 'an MXNet or TorchServe model', zh: 'MXNet 或 TorchServe 模型' }, reason: notRead, remedy: toOnnx },
  { is: ending(/\.(weights|cfg)$/i), title: { en: 'a Darknet model', zh: 'Darknet 模型' }, reason: notRead, remedy: toOnnx },
  { is: ending(/\.(engine|plan|trt)$/i), title: { en: 'a TensorRT engine', zh: 'TensorRT 引擎' }, reason: notRead, remedy: toOnnx },
  { is: ending(/\.(xml|ir)$/i), title: { en: 'an OpenVINO model', zh: 'OpenVINO 模型' }, reason: notRead, remedy: toOnnx },
  {
    is: ({ path, head }) => /\.gguf$/i.test(path) || new TextDecoder('latin1').decode(head.subarray(0, 4)) === 'GGUF',
    title: { en: 'a GGUF file, as language models are saved', zh: 'GGUF 文件（用于保存语言模型）' }, reason: notRead,
    remedy: { en: 'Choose an image model, as safetensors or ONNX.', zh: '请选择图像模型（safetensors 或 ONNX）。' }
  }
]

/** @returns an error that names the kind of file and the export to take instead; undefined for anything else */
export function unreadKind(possible: PossibleModel): GraftError | undefined {
  const names = possible.folder ? possible.names : possible.entries ?? []
  const kind = kinds.find(({ is }) => is(possible, names))
  return kind && new GraftError('format-not-read', {
    en: `${possible.path} is ${kind.title.en}, ${(kind.reason ?? noLayers).en}.`, zh: `${possible.path} 是 ${kind.title.zh}，${(kind.reason ?? noLayers).zh}。`
  }, { field: 'path', remedy: kind.remedy })
}
