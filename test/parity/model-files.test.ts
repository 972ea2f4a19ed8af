import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { imageShapeSchema } from '../../src/contract/datasets'
import { createEngine, type Engine } from '../../src/engine'
import { loadModel } from '../../src/engine/interchange/tfjs/model-folder'
import { inference } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { openLibrary, type Library } from '../../src/library'
import { defaultCacheDir } from '../../src/library/disk'
import { uniform } from './numbers'

const filesSchema = z.object({
  by: z.string(),
  files: z.array(z.object({
    architecture: z.string(), name: z.string(), input: imageShapeSchema, channelsFirst: z.boolean(), file: z.string(), content: z.base64(),
    logits: z.array(z.number()).min(6)
  })).min(5)
})
/** Made by scripts/parity/onnx_files.py and keras_files.py with the commands that stand in them. */
const files = ['onnx-files', 'keras-files', 'keras-2-files'].flatMap((name) => {
  const { by, files } = filesSchema.parse(JSON.parse(readFileSync(join(__dirname, `${name}.json`), 'utf8')))
  return files.map((file) => ({ ...file, by }))
})

let folder: string
let library: Library
let engine: Engine
beforeAll(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-files-'))
  library = openLibrary(join(folder, 'data'))
  engine = createEngine({ library, cacheDir: defaultCacheDir() })
  await openBackend('auto', { cacheDir: defaultCacheDir() })
})
afterAll(() => fs.rm(folder, { recursive: true, force: true }))

describe('a network that another program saved', () => {
  it.each(files.map((file, index) => ({ ...file, index })))(
    'has that program\'s logits: $architecture by $by ($name, $file)', async ({ architecture, name, input, channelsFirst, file, content, logits, by, index }) => {
      const path = join(folder, `${index}-${file}`)
      await fs.writeFile(path, gunzipSync(Buffer.from(content, 'base64')))
      const { model, inspection } = await engine.importModel({ path, id: `file-${index}` })
      expect(inspection).toMatchObject({ architecture, input, unmatchedCount: 0 })
      expect(inspection.inputFrom).toBe(name === 'weights' ? 'usual' : 'file')
      expect(model.classes).toHaveLength(logits.length / 2)
      // Keras' seed CNN brings bytes to [-1, 1] itself.
      if (by.startsWith('keras') && architecture === 'seed-cnn' && name !== 'weights') {
        expect(inspection).toMatchObject({ normalisationFrom: 'file', normalisation: { mean: [0.5], standardDeviation: [expect.closeTo(0.5)] } })
      }
      const network = await loadModel(library.models.folder(`model:file-${index}`))
      const [height, width, channels] = input
      const found = tf.tidy(() => {
        const numbers = Float32Array.from(uniform(architecture, 2 * height * width * channels))
        const images = channelsFirst
          ? tf.transpose(tf.tensor4d(numbers, [2, channels, height, width]), [0, 2, 3, 1]) : tf.tensor4d(numbers, [2, height, width, channels])
        return network.forward(images as tf.Tensor4D, inference).dataSync()
      })
      logits.forEach((value, at) => { expect(Math.abs(found[at]! - value)).toBeLessThan(1e-4 * (1 + Math.abs(value))) })
      network.dispose()
    })

  it('says where exporters have folded batch normalisation into the convolutions', async () => {
    const folded = files.filter(({ file, architecture }) => file === 'model.onnx' && architecture === 'resnet-20')
    for (const [index, { name, content }] of folded.entries()) {
      const path = join(folder, `folded-${index}.onnx`)
      await fs.writeFile(path, gunzipSync(Buffer.from(content, 'base64')))
      expect((await engine.inspectModel({ path })).foldedNormalisation).toBe(name === 'script-unfolded' ? undefined : true)
    }
    expect(folded).toHaveLength(3)
  })
})
