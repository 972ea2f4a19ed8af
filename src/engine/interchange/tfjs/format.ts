import * as fs from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { GraftError } from '../../../contract/errors'
import type { Text } from '../../../contract/text'
import { namingFile } from '../../../library/disk'
import { Bounds } from '../../safetensors/bounds'
import { openGraph } from '../../network/graph-runtimes'
import type { RunnableGraph } from '../shared/runnable-graph'
import { packGraphModel } from '../../network/graph-model-bytes'
import { defineModelFormat, type FileTensor, type ModelFile } from '../shared/model-format'
import { kerasGraph, kerasInput } from '../keras-layers/steps'
import { leadingPixels } from '../recognition/graph-order'
import { stepsOf } from '../shared/file-graph'
import { pixelHints } from '../shared/pixel-scale'
import { writeLayersModel } from './model-folder'
import { shown, Unreadable } from '../../safetensors/header'
import type { TensorFlowGraph } from './graph'
import { headIn, leadingAffine } from './graph-head'
import { parseModelJson, type WeightGroup } from './manifest'
import { numbersOf, readGroup } from './weight-files'

const longestJson = 64 << 20

/** TensorFlow.js' LayersModel or graph model: `model.json` and the files of weights that it names, in one folder. */
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
      const { groups, hints, topology, graph } = parseModelJson(await fs.readFile(path, 'utf8'))
      const bounds = new Bounds(path, limits)
      const tensors = new Map<string, FileTensor>()
      const total = groups.reduce((sum, { bytes }) => sum + bytes, 0)
      let done = 0
      const parts: Uint8Array[] = []
      for (const group of groups) {
        // Before anything is read: what the manifest claims.
        for (const { numbers } of group.weights) bounds.take(numbers)
        const bytes = await readGroup(dirname(path), group)
        if (graph) parts.push(bytes)
        let at = 0
        for (const weight of group.weights) {
          if (tensors.has(weight.name)) throw new Unreadable({ en: `it holds two weights named ${shown(weight.name)}`, zh: `其中有两个名为 ${shown(weight.name)} 的权重` })
          tensors.set(weight.name, { shape: weight.shape, data: numbersOf(weight, bytes.slice(at, at += weight.bytes)) })
        }
        limits.onProgress?.(done += group.bytes, total)
      }
      if (graph) return graphFile(path, graph, groups, parts, tensors)
      const steps = topology && stepsOf(kerasGraph(topology, tensors))
      const input = topology && kerasInput(topology)
      return { tensors, layout: 'tensorflow', ...(steps && { also: steps }), hints: { ...(steps && pixelHints(leadingPixels(steps), input?.[2])), ...hints } }
    } catch (error) {
      throw error instanceof Unreadable ? damaged(path, error.reason) : namingFile(error, path)
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

/** A graph model, whose layers are not told: no network of Graft's is looked for in it. */
function graphFile(
  path: string, graph: TensorFlowGraph, groups: readonly WeightGroup[], parts: readonly Uint8Array[], tensors: ReadonlyMap<string, FileTensor>
): ModelFile {
  const head = headIn(graph, tensors)
  const pixels = leadingAffine(graph, tensors)
  const open = (): RunnableGraph => {
    const bytes = packGraphModel({
      description: { modelTopology: graph.topology, signature: graph.signature, weightSpecs: groups.flatMap(({ specs }) => specs) },
      weights: Buffer.concat(parts)
    })
    return {
      path, runtime: 'tensorflow', title: { runtime: 'TensorFlow.js', block: 'TensorFlow.js' }, bytes, session: openGraph('tensorflow', bytes),
      ...(head && { head }), outputs: graph.outputs,
      parameters: groups.flatMap(({ weights }) => weights).reduce((sum, { stored, numbers }) => stored === 'int32' || stored === 'bool' ? sum : sum + numbers, 0)
    }
  }
  return {
    tensors: new Map(), layout: 'tensorflow', hints: pixels ? pixelHints({ affine: pixels, reversed: false }, 3) : {},
    graph: { runtime: 'tensorflow', open: () => Promise.resolve().then(open) }
  }
}

function damaged(path: string, reason: Text): GraftError {
  return new GraftError('tfjs-damaged', {
    en: `${basename(path)} of ${dirname(path)} is not a whole model of TensorFlow.js: ${reason.en}.`,
    zh: `${dirname(path)} 中的 ${basename(path)} 不是完整的 TensorFlow.js 模型：${reason.zh}。`
  }, { field: 'path', remedy: { en: 'Choose the folder with model.json and all of its weight files.', zh: '请选择包含 model.json 及其全部权重文件的文件夹。' } })
}
