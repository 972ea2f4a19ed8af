import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createEngine, type Engine } from '../../src/engine'
import { openHdf5 } from '../../src/engine/interchange/keras/h5'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import { inference } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { defaultCacheDir } from '../../src/library/disk'
import { uniform } from './numbers'

/** Made by scripts/parity/keras_applications.py with the commands that stand in it. */
const { files } = z.object({
  files: z.array(z.object({ architecture: z.string(), file: z.base64(), answers: z.array(z.number()).length(8) })).length(4)
}).parse(JSON.parse(readFileSync(join(__dirname, 'keras-applications.json'), 'utf8')))
const contentSchema = z.object({ config: z.unknown(), groups: z.array(z.tuple([z.string(), z.array(z.tuple([z.string(), z.array(z.int())]))])) })
const side = 64

let folder: string
let library: Library
let engine: Engine
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-keras-applications-'))
  library = openLibrary(join(folder, 'data'))
  engine = createEngine({ library, cacheDir: defaultCacheDir() })
  await openBackend('auto', { cacheDir: defaultCacheDir() })
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

/** The numbers that the script gave a weight of this name. */
function drawn(name: string, shape: readonly number[]): Float32Array {
  const product = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1)
  const around = /(variance|gamma|variable)$/.test(name) ? 1 : 0
  const depthwise = shape.length === 4 && shape.slice(2).includes(1)
  const reach = shape.length > 1 ? Math.sqrt(6 / product(depthwise ? shape.slice(0, 2) : shape.slice(0, -1))) : around === 1 ? 0.5 : 0.3
  const part = /^(dense|logits|predictions)/.test(name) ? reach / 10 : reach
  return shape.length === 0 ? new Float32Array(1) : Float32Array.from(uniform(name, product(shape)), (value) => around + part * value)
}

/** The file as Keras wrote it: groups by layer, the names of the weights in attributes. */
async function written({ config, groups }: z.infer<typeof contentSchema>): Promise<Uint8Array> {
  const { hdf5, files: memory } = await openHdf5()
  const file = new hdf5.File('applications.h5', 'w')
  try {
    file.create_attribute('model_config', JSON.stringify(config))
    const root = file.create_group('model_weights')
    const names = (object: typeof root, attribute: string, list: readonly string[]): void => {
      if (list.length > 0) object.create_attribute(attribute, [...list], [list.length], `S${Math.max(...list.map((name) => name.length))}`)
    }
    names(root, 'layer_names', groups.map(([group]) => group))
    for (const [group, weights] of groups) {
      const object = root.create_group(group)
      names(object, 'weight_names', weights.map(([name]) => name))
      for (const [name, shape] of weights) {
        const parts = name.split('/')
        let parent = object
        for (const part of parts.slice(0, -1)) parent = (parent.get(part) as typeof root | null) ?? parent.create_group(part)
        parent.create_dataset({ name: parts.at(-1)!, shape, dtype: '<f', data: drawn(name, shape) })
      }
    }
    file.flush()
  } finally {
    file.close()
  }
  const bytes = memory.readFile('applications.h5')
  memory.unlink('applications.h5')
  return bytes
}

describe('a network of keras.applications', () => {
  it.each(files)('answers as in Keras: $architecture', async ({ architecture, file, answers }) => {
    const path = join(folder, `${architecture}.h5`)
    await fs.writeFile(path, await written(contentSchema.parse(JSON.parse(gunzipSync(Buffer.from(file, 'base64')).toString()))))
    const { inspection } = await engine.importModel({ path, id: architecture })
    expect(inspection).toMatchObject({ architecture, input: [side, side, 3], inputFrom: 'file', normalisationFrom: 'file', unmatchedCount: 0 })
    expect(inspection.cutAfter).toBe(architecture === 'mobilenet-v3-large' ? 'conv_1_bn' : undefined)
    // The sigmoids and hard sigmoids within it are no outputs: its last step, a softmax, is.
    expect(inspection.remarks?.map(({ about }) => about)).toEqual(['asked'])
    const network = await loadModel(library.models.folder(`model:${architecture}`))
    const { mean, standardDeviation } = network.definition.normalisation
    const found = tf.tidy(() => {
      const images = tf.tensor4d(Float32Array.from(uniform('pixels', 2 * side * side * 3), (value) => (value + 1) * 127.5), [2, side, side, 3])
      return tf.softmax(network.forward(tf.div(tf.sub(tf.div(images, 255), mean), standardDeviation), inference)).dataSync<'float32'>()
    })
    network.dispose()
    answers.forEach((value, at) => { expect(Math.abs(found[at]! - value)).toBeLessThan(1e-4) })
  })
})
