import * as fs from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { GraftError } from '../../../contract/errors'
import type { Text } from '../../../contract/text'
import { exists, namingFile } from '../../../library/disk'
import { Bounds } from '../../safetensors/bounds'
import { defineModelFormat, type FileTensor } from '../shared/model-format'
import { kerasGraph, kerasInput } from '../keras-layers/steps'
import { leadingPixels } from '../recognition/graph-order'
import { stepsOf } from '../shared/file-graph'
import { pixelHints } from '../shared/pixel-scale'
import { writeLayersModel } from './model-folder'
import { withFile } from '../shared/random-access'
import { shown, Unreadable } from '../../safetensors/header'
import { halfToFloat } from '../../safetensors/numbers'
import { GraphModel, parseModelJson, type ManifestWeight, type WeightGroup } from './manifest'

const longestJson = 64 << 20

/** TensorFlow.js' LayersModel: `model.json` and the files of weights that it names, in one folder. */
export const tfjs = defineModelFormat({
  id: 'tfjs',
  title: { en: 'TensorFlow.js LayersModel', zh: 'TensorFlow.js LayersModel' },
  extensions: ['.json'],
  detect: ({ path, folder, names }) => folder ? names.includes('model.json') : path.toLowerCase().endsWith('.json'),
  async read(given, limits) {
    const path = (await fs.stat(given)).isDirectory() ? join(given, 'model.json') : given
    try {
      const { size } = await fs.stat(path)
      if (size > longestJson) throw new Unreadable({ en: `it takes ${size} bytes`, zh: `文件有 ${size} 字节` })
      const { groups, hints, topology } = parseModelJson(await fs.readFile(path, 'utf8'))
      const bounds = new Bounds(path, limits)
      const tensors = new Map<string, FileTensor>()
      const total = groups.reduce((sum, { bytes }) => sum + bytes, 0)
      let done = 0
      for (const group of groups) {
        // Before anything is read: what the manifest claims.
        for (const { numbers } of group.weights) bounds.take(numbers)
        const bytes = await readGroup(dirname(path), group)
        let at = 0
        for (const weight of group.weights) {
          if (tensors.has(weight.name)) throw new Unreadable({ en: `it holds two weights named ${shown(weight.name)}`, zh: `其中有两个名为 ${shown(weight.name)} 的权重` })
          tensors.set(weight.name, { shape: weight.shape, data: numbersOf(weight, bytes.slice(at, at += weight.bytes)) })
        }
        limits.onProgress?.(done += group.bytes, total)
      }
      const steps = topology && stepsOf(kerasGraph(topology, tensors))
      const input = topology && kerasInput(topology)
      return { tensors, layout: 'tensorflow', ...(steps && { also: steps }), hints: { ...(steps && pixelHints(leadingPixels(steps), input?.[2])), ...hints } }
    } catch (error) {
      throw error instanceof Unreadable ? damaged(path, error.reason, error instanceof GraphModel ? asLayers : undefined) : namingFile(error, path)
    }
  },
  writer: {
    files: ['model.json', 'weights.bin'],
    write: ({ definition, weights }, summary, path) => writeLayersModel(path, definition, summary, (name) => weights.get(name)!.data),
    load: (name, { mean, deviation, input }) => [{
      language: 'js',
      from: '@tensorflow/tfjs-node',
      code: [
        'import tf from \'@tensorflow/tfjs-node\'  // in a page: @tensorflow/tfjs, and an address in place of file://',
        `const model = await tf.loadLayersModel('file://${name}/model.json')`,
        `const pixels = tf.tensor(images, [images.length / ${input.join(' / ')}, ${input.join(', ')}], 'float32')`,
        `const inputs = tf.div(tf.sub(tf.div(pixels, 255), ${mean}), ${deviation})`,
        'const logits = await model.predict(inputs).data()'
      ].join('\n')
    }]
  }
})

/** The bytes of a group's files, one after the other. @throws Unreadable where they are missing, lead out of the folder or do not add up */
async function readGroup(folder: string, { paths, bytes }: WeightGroup): Promise<Uint8Array<ArrayBuffer>> {
  const result = new Uint8Array(bytes)
  const inside = await fs.realpath(folder)
  let at = 0
  for (const name of paths) {
    const path = join(folder, ...name.split('/'))
    if (!await exists(path)) throw new Unreadable({ en: `its file ${shown(name)} is missing`, zh: `缺少其文件 ${shown(name)}` })
    // A link may lead out where no name does.
    if (!(await fs.realpath(path)).startsWith(inside + sep)) {
      throw new Unreadable({ en: `its file ${shown(name)} lies outside its folder`, zh: `其文件 ${shown(name)} 位于文件夹之外` })
    }
    await withFile(path, async (file) => {
      if (at + file.size > bytes) throw new Unreadable({ en: `${shown(name)} is longer than its weights`, zh: `${shown(name)} 比其权重更长` })
      result.set(await file.read(0, file.size), at)
      at += file.size
    })
  }
  if (at !== bytes) throw new Unreadable({ en: `the files of ${shown(paths[0] ?? '')} hold ${at} bytes where its weights take ${bytes}`, zh: `${shown(paths[0] ?? '')} 等文件共 ${at} 字节，而权重需要 ${bytes} 字节` })
  return result
}

/** @param bytes a buffer of its own */
function numbersOf({ stored, scale, minimum }: ManifestWeight, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  switch (stored) {
    case 'float32': return new Float32Array(bytes.buffer)
    case 'int32': return Float32Array.from(new Int32Array(bytes.buffer))
    case 'float16': return Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat)
    case 'uint16': return Float32Array.from(new Uint16Array(bytes.buffer), (value) => value * scale + minimum)
    case 'bool':
    case 'uint8': return Float32Array.from(bytes, (value) => value * scale + minimum)
  }
}

const asLayers: Text = {
  en: 'Convert the Keras model itself to a LayersModel (tfjs_layers_model), or save it as .keras or ONNX.',
  zh: '请将 Keras 模型本身转换为 LayersModel（tfjs_layers_model），或保存为 .keras 或 ONNX。'
}
function damaged(path: string, reason: Text, remedy?: Text): GraftError {
  return new GraftError('tfjs-damaged', {
    en: `${basename(path)} of ${dirname(path)} is not a whole LayersModel: ${reason.en}.`,
    zh: `${dirname(path)} 中的 ${basename(path)} 不是完整的 LayersModel：${reason.zh}。`
  }, { field: 'path', remedy: remedy ?? { en: 'Choose the folder with model.json and all of its weight files.', zh: '请选择包含 model.json 及其全部权重文件的文件夹。' } })
}
