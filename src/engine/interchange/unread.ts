import { GraftError } from '../../contract/errors'
import type { Text } from '../../contract/text'
import type { PossibleModel } from './shared/model-format'

interface Kind { is(possible: PossibleModel, names: readonly string[]): boolean, title: Text, remedy: Text }

const again: Text = {
  en: 'From Teachable Machine choose Export Model → Tensorflow → Keras, or Tensorflow.js; from Python save it as model.save(\'model.keras\') or export it to ONNX.',
  zh: '在 Teachable Machine 中请选择“导出模型 → Tensorflow → Keras”或“Tensorflow.js”；在 Python 中请用 model.save(\'model.keras\') 保存或导出为 ONNX。'
}

/** Kinds of model files that Graft knows and does not read, with what to do instead. */
const kinds: readonly Kind[] = [
  {
    is: ({ path, head }, names) => new TextDecoder('latin1').decode(head.subarray(4, 8)) === 'TFL3' || /\.tflite$/i.test(path) || names.some((name) => /\.tflite$/i.test(name)),
    title: { en: 'a TensorFlow Lite model', zh: 'TensorFlow Lite 模型' }, remedy: again
  },
  {
    is: ({ path }, names) => names.some((name) => /(^|\/)saved_model\.pb$/.test(name)) || /saved_model\.pb$/.test(path),
    title: { en: 'a TensorFlow SavedModel', zh: 'TensorFlow SavedModel' }, remedy: again
  },
  {
    is: ({ path }) => /\.(mlmodel|mlpackage)$/i.test(path), title: { en: 'a Core ML model', zh: 'Core ML 模型' },
    remedy: { en: 'Save the network that it was made from, as ONNX or with its state dictionary.', zh: '请保存其来源网络：ONNX 或 state_dict。' }
  }
]

/** @returns an error that names the kind of file and the export to take instead; undefined for anything else */
export function unreadKind(possible: PossibleModel): GraftError | undefined {
  const names = possible.folder ? possible.names : possible.entries ?? []
  const kind = kinds.find(({ is }) => is(possible, names))
  return kind && new GraftError('format-not-read', {
    en: `${possible.path} is ${kind.title.en}, which holds no layers that Graft can train further.`,
    zh: `${possible.path} 是 ${kind.title.zh}，其中没有 Graft 可以继续训练的层。`
  }, { field: 'path', remedy: kind.remedy })
}
