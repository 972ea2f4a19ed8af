import { writePartsDurably } from '../../../library/disk'
import { versions } from '../../versions'
import { factsOf } from '../shared/model-facts'
import { defineModelFormat, type LoadingCode } from '../shared/model-format'
import { encodeTflite } from './messages'
import { floatModel, int8Model } from './model'
import { readTflite } from './reader'
import { isTflite } from './reading/read'

const extensions = ['.tflite']
const description = (): string => `Exported by Graft ${versions().graft}`

/** Code that runs a file, its images as numbers of the type named. */
const loadingCode = (name: string, type: 'float32' | 'uint8', input: readonly number[]): readonly LoadingCode[] => [
  { language: 'python', from: 'ai-edge-litert', code: pythonCode(name, type) },
  { language: 'js', from: '@litertjs/core', code: pageCode(name, type, input) }
]

const pythonCode = (name: string, type: string): string => [
  'from ai_edge_litert.interpreter import Interpreter',
  `model = Interpreter(model_path='${name}')`,
  'images_in, logits_out = model.get_input_details()[0], model.get_output_details()[0]',
  'model.resize_tensor_input(images_in[\'index\'], images.shape)  # as many images at once as there are',
  'model.allocate_tensors()',
  `model.set_tensor(images_in['index'], images.astype('${type}'))  # bytes as they are: the file normalises them`,
  'model.invoke()',
  'logits = model.get_tensor(logits_out[\'index\'])'
].join('\n')

/** In a page; one image at a time. */
const pageCode = (name: string, type: 'float32' | 'uint8', [height, width, channels]: readonly number[]): string => [
  'import { loadLiteRt, loadAndCompile, Tensor } from \'@litertjs/core\'',
  'await loadLiteRt(\'/node_modules/@litertjs/core/wasm/\')  // where the page finds the package\'s own files',
  `const model = await loadAndCompile('${name}', { accelerator: 'wasm' })`,
  `const pixels = ${type === 'uint8' ? 'Uint8Array' : 'Float32Array'}.from(images)  // as they are: the file normalises them`,
  `const [output] = await model.run([new Tensor(pixels, [1, ${height}, ${width}, ${channels}])])`,
  'const logits = await output.data()'
].join('\n')

/** TensorFlow Lite (LiteRT), with 32-bit numbers as it is written; read with any. */
export const tflite = defineModelFormat({
  id: 'tflite',
  title: { en: 'TensorFlow Lite', zh: 'TensorFlow Lite' },
  extensions,
  detect: ({ path, folder, head }) => !folder && (isTflite(head) || path.toLowerCase().endsWith('.tflite')),
  read: readTflite,
  writer: {
    normalises: true,
    write: async (model, summary, path) =>
      writePartsDurably(path, [encodeTflite(floatModel(model, { graft: JSON.stringify(factsOf(model, summary)) }, description()))]),
    load: (name, { input }) => loadingCode(name, 'float32', input)
  }
})

/** TensorFlow Lite with 8-bit numbers, whose ranges training images gave. Such a file is read as the other. */
export const tfliteInt8 = defineModelFormat({
  id: 'tflite-int8',
  title: { en: 'TensorFlow Lite, 8-bit', zh: 'TensorFlow Lite，8 位' },
  extensions,
  detect: () => false,
  writer: {
    normalises: true,
    calibrated: true,
    write: async (model, summary, path, ranges) =>
      writePartsDurably(path, [encodeTflite(int8Model(model, ranges!, { graft: JSON.stringify(factsOf(model, summary)) }, description()))]),
    load: (name, { input }) => loadingCode(name, 'uint8', input)
  }
})
