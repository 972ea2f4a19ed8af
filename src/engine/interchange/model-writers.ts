import type { ExportFormat, ModelSummary } from '../../contract/models'
import { versions } from '../versions'
import { encodeKerasH5 } from './keras-h5'
import { writeLayersModel, type StoredNetwork } from './model-folder'
import { encodeModel } from './onnx-messages'
import { toOnnx } from './onnx-graph'
import { writeSafetensors } from './safetensors'
import { writeParts } from './write-parts'

/** How one format is written, and how another program opens it. */
export interface ModelWriter {
  /** Names of the files in the folder that it writes; absent where it writes one file. */
  files?: readonly string[]
  /** @param path the file, or a folder that is there and empty. @throws GraftError `not-exportable` naming a layer */
  write(model: StoredNetwork, summary: ModelSummary, path: string): Promise<void>
  /** Code that loads it and answers for `images`, [batch, height, width, channels] with bytes. */
  load(name: string, normalise: Normalise): { language: string, code: string }
}

export const modelWriters: Record<ExportFormat, ModelWriter> = {
  tfjs: {
    files: ['model.json', 'weights.bin'],
    write: ({ definition, weights }, summary, path) => writeLayersModel(path, definition, summary, (name) => weights.get(name)!.data),
    load: (name, normalise) => ({
      language: 'js',
      code: [
        `const model = await tf.loadLayersModel('file://${name}/model.json')`,
        `const logits = model.predict(tf.div(tf.sub(tf.div(images, 255), ${normalise.mean}), ${normalise.deviation}))`
      ].join('\n')
    })
  },
  safetensors: {
    write: ({ definition, weights }, summary, path) => writeSafetensors(
      path, new Map([...weights].map(([name, { shape, data }]) => [name, { dtype: 'F32' as const, shape, data }])),
      { format: 'graft', architecture: definition.architecture, graft: factsOf(definition, summary) }
    ),
    load: (name) => ({
      language: 'python',
      code: [
        `weights = safetensors.numpy.load_file('${name}')`,
        '# Kernels are [height, width, in, out], dense layers [in, out]; the file\'s metadata names the architecture.'
      ].join('\n')
    })
  },
  onnx: {
    write: (model, summary, path) => writeParts(path, [
      encodeModel(toOnnx(model, { graft: factsOf(model.definition, summary) }, versions()['graft']!))
    ]),
    load: (name, normalise) => ({
      language: 'python',
      code: [
        `session = onnxruntime.InferenceSession('${name}')`,
        `inputs = ((images / 255 - ${normalise.mean}) / ${normalise.deviation}).transpose(0, 3, 1, 2).astype('float32')`,
        'logits = session.run(None, {\'images\': inputs})[0]'
      ].join('\n')
    })
  },
  keras: {
    write: async (model, summary, path) => writeParts(path, [await encodeKerasH5(model, { graft: factsOf(model.definition, summary) })]),
    load: (name, normalise) => ({
      language: 'python',
      code: [
        `model = keras.models.load_model('${name}')`,
        `logits = model.predict((images / 255 - ${normalise.mean}) / ${normalise.deviation})`
      ].join('\n')
    })
  }
}

/** The normalisation as code can hold it. */
export interface Normalise { mean: string, deviation: string }
export const normaliseCode = ({ mean, standardDeviation }: ModelSummary['normalisation']): Normalise =>
  ({ mean: `[${mean.join(', ')}]`, deviation: `[${standardDeviation.join(', ')}]` })

/** What a file says of a model beside its weights. */
function factsOf(definition: StoredNetwork['definition'], summary: ModelSummary): string {
  return JSON.stringify({
    name: summary.name, architecture: definition.architecture, classes: definition.classes, input: definition.input,
    output: 'logits', normalisation: { formula: '(x / 255 - mean) / standardDeviation', ...definition.normalisation }
  })
}
