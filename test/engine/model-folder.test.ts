import type * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { architectures } from '../../src/engine/architectures'
import { inference, Network } from '../../src/engine/network/network'
import { openBackend } from '../../src/engine/runtime'
import { loadModel, saveModel } from '../../src/engine/interchange/tfjs/model-folder'
import { readSafetensors, writeSafetensors } from '../../src/engine/safetensors/safetensors'
import { defaultCacheDir } from '../../src/library/disk'
import { images, quickNetwork, randomNetwork, summaryOf } from './random-network'

let root: string
beforeAll(async () => {
  await openBackend('auto', { cacheDir: defaultCacheDir() })
  root = await fs.mkdtemp(join(tmpdir(), 'graft-model-'))
})
afterAll(() => fs.rm(root, { recursive: true, force: true }))

/** The files as anybody's program would load them. */
async function loadWithStockLayers(folder: string): Promise<layers.LayersModel> {
  const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(await fs.readFile(join(folder, 'model.json'), 'utf8')) as {
    modelTopology: object, weightsManifest: { paths: string[], weights: tf.io.WeightsManifestEntry[] }[], userDefinedMetadata: object
  }
  const bytes = await fs.readFile(join(folder, weightsManifest[0]!.paths[0]!))
  const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  const artifacts = { modelTopology, weightSpecs: weightsManifest[0]!.weights, weightData, userDefinedMetadata } as tf.io.ModelArtifacts
  return layers.loadLayersModel({ load: () => Promise.resolve(artifacts) })
}

describe('a saved model', () => {
  for (const { id, defaultInput } of architectures) {
    it(`of ${id} gives the same logits when loaded again, and in stock TensorFlow.js where that has its layers`, async () => {
      const folder = join(root, id)
      const network = quickNetwork(id, defaultInput)
      const x = images(network)
      const expected = [...network.forward(x, inference).dataSync()]
      await saveModel(network, folder, summaryOf(network))

      const again = await loadModel(folder)
      expect(again.definition).toEqual(network.definition)
      expect([...again.forward(x, inference).dataSync()]).toEqual(expected)

      // TensorFlow.js has no layer of attention: such a network is kept for Graft alone.
      if (network.definition.blocks.some((block) => block.layers.some(({ kind }) => kind === 'attention'))) {
        expect((await fs.readdir(folder)).sort()).toEqual(['graft.json', 'weights.safetensors'])
        for (const each of [network, again]) each.dispose()
        return
      }
      const stock = await loadWithStockLayers(folder)
      const logits = (stock.predict(x) as tf.Tensor).dataSync()
      expect(logits.length).toBe(expected.length)
      logits.forEach((value, index) => { expect(Math.abs(value - expected[index]!)).toBeLessThan(1e-4 * (1 + Math.abs(expected[index]!))) })
      expect(stock.getUserDefinedMetadata()).toMatchObject({ graft: { classes: ['cat', 'dog', 'ship'], normalisation: network.definition.normalisation } })
      for (const each of [network, again]) each.dispose()
    }, 60_000)
  }

  it('replaces the one before whole, and leaves nothing beside it', async () => {
    const folder = join(root, 'replaced', 'model')
    const [first, second] = [randomNetwork('lenet', [28, 28, 1]), Network.create(randomNetwork('lenet', [28, 28, 1]).definition, 9)]
    await saveModel(first, folder, summaryOf(first))
    await fs.writeFile(join(folder, 'stale.txt'), '')
    await fs.mkdir(join(root, 'replaced', '.model.01ABC.tmp'))
    await saveModel(second, folder, summaryOf(second))
    expect(await fs.readdir(join(root, 'replaced'))).toEqual(['model'])
    expect((await fs.readdir(folder)).sort()).toEqual(['graft.json', 'model.json', 'weights.bin', 'weights.safetensors'])
    const x = images(second)
    expect([...(await loadModel(folder)).forward(x, inference).dataSync()]).toEqual([...second.forward(x, inference).dataSync()])
  })

  it('is refused with the file\'s name when weights are missing, of another shape, not finite or torn', async () => {
    const folder = join(root, 'damaged')
    const network = randomNetwork('lenet', [28, 28, 1])
    await saveModel(network, folder, summaryOf(network))
    const path = join(folder, 'weights.safetensors')
    const { tensors } = await readSafetensors(path)
    const name = 'head.dense.kernel'
    const kernel = tensors.get(name)!
    const refusal = async (): Promise<unknown> => loadModel(folder).then(() => undefined, (error: unknown) => error)

    tensors.set(name, { ...kernel, shape: [...kernel.shape].reverse() })
    await writeSafetensors(path, tensors)
    expect(await refusal()).toMatchObject({ code: 'weights-misfit', message: expect.stringContaining(name) })

    tensors.delete(name)
    await writeSafetensors(path, tensors)
    expect(await refusal()).toMatchObject({ code: 'weights-misfit', message: expect.stringContaining(name) })

    tensors.set(name, { dtype: 'F32', shape: kernel.shape, data: new Float32Array(kernel.data.length).fill(NaN) })
    await writeSafetensors(path, tensors)
    expect(await refusal()).toMatchObject({ code: 'safetensors-damaged', message: expect.stringContaining(path) })

    await fs.truncate(path, 100)
    expect(await refusal()).toMatchObject({ code: 'safetensors-damaged', message: expect.stringContaining(path) })

    await fs.rm(path)
    expect(await refusal()).toMatchObject({ code: 'not-found', message: expect.stringContaining(path) })

    await fs.writeFile(join(folder, 'graft.json'), '{')
    expect(await refusal()).toMatchObject({ code: 'file-damaged' })
  })
})
