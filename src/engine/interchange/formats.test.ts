import { describe, expect, it } from 'vitest'
import { exportEndings, exportFormats, modelFormatSchema } from '../../contract/models'
import { formatSummary, modelFormats } from '.'
import { unreadKind } from './unread'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const found = (path: string, head: Uint8Array, names?: readonly string[]): string | undefined =>
  modelFormats.find(({ detect }) => detect({ path, folder: names !== undefined, names: names ?? [], head }))?.id

describe('the model formats', () => {
  it('are written where the contract says that a model can be exported, under the ending that it says', () => {
    expect(modelFormats.filter(({ writer }) => writer).map(({ id }) => id).sort()).toEqual([...exportFormats].sort())
    for (const id of exportFormats) {
      const { writer, extensions } = modelFormats.find((format) => format.id === id)!
      expect(exportEndings[id]).toBe(writer!.files ? '' : extensions[0])
    }
  })

  it('can each be imported but TensorFlow Lite, and say so and their endings to the window', () => {
    for (const summary of modelFormats.map(formatSummary)) expect(modelFormatSchema.parse(summary)).toMatchObject({ canImport: summary.id !== 'tflite-int8' })
    expect(modelFormats.flatMap(({ extensions }) => extensions)).toEqual(expect.arrayContaining(['.h5', '.keras', '.onnx', '.pt', '.safetensors', '.json']))
  })

  it.each([
    ['net.h5', '\x89HDF\r\n\x1a\n\x00', 'keras'],
    ['net.weights', '\x89HDF\r\n\x1a\n\x02', 'keras'],
    ['net.keras', `PK\x03\x04${' '.repeat(26)}metadata.json`, 'keras-3'],
    ['net.zip', `PK\x03\x04${' '.repeat(26)}config.json`, 'keras-3'],
    ['net.onnx', '\x08\x08\x12\x07pytorch', 'onnx'],
    ['net', '\x08\x0a\x12\x07pytorch', 'onnx'],
    ['net.pt', 'PK\x03\x04', 'pytorch'],
    ['net.h5', 'hello', undefined],
    ['net.onnx', '<html>', undefined],
    ['photos.zip', `PK\x03\x04${' '.repeat(26)}cat.jpg`, undefined]
  ])('tell %s by its content', (path, head, id) => { expect(found(path, bytes(head))).toBe(id) })

  it.each([
    ['group1-shard2of4.bin', 'abc', /a part of a TensorFlow.js model, which holds some of its weights/], ['model.ckpt.index', 'abc', /TensorFlow checkpoint/],
    ['saved_model.pb', '\x08\x01\x12\x10', /SavedModel/], ['frozen.pb', 'abc', /frozen TensorFlow graph/], ['net.pdparams', 'abc', /PaddlePaddle/],
    ['yolo.weights', 'abc', /Darknet/], ['net.caffemodel', 'abc', /Caffe/], ['net.engine', 'abc', /TensorRT/], ['net.xml', '<?xml', /OpenVINO/], ['net', 'GGUF\x03', /GGUF/]
  ])('and %s is named for what it is, with what to do instead', (path, head, words) => {
    expect(found(path, bytes(head))).toBeUndefined()
    const other = unreadKind({ path, folder: false, names: [], head: bytes(head) })
    expect(other?.value.message.en).toMatch(words)
    expect(other?.value.remedy?.en).toMatch(/ONNX|model\.json/)
  })
})
