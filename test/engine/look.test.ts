import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../../src/engine/architectures'
import { openLook } from '../../src/engine/network/look'
import { inference, Network } from '../../src/engine/network/network'
import { randomStream } from '../../src/engine/random'
import { openBackend } from '../../src/engine/runtime'
import { openRecorder } from '../../src/engine/runtime/functions'
import { defaultCacheDir } from '../../src/library/disk'

beforeAll(() => openBackend('auto', { cacheDir: defaultCacheDir() }))

const definition = definitionOf(architectureOf('efficientnet-lite0'), [64, 64, 3], ['a', 'b'])

/** As training leaves it: statistics that are not 0 and 1. */
function trained(): Network {
  const network = Network.create(definition, 1)
  const random = randomStream(1, 'statistics')
  for (const variable of network.movingStatistics.values()) {
    variable.assign(tf.tensor(Float32Array.from({ length: variable.size }, () => 0.5 + random.uniform()), variable.shape))
  }
  return network
}

const images = (count: number): tf.Tensor4D => tf.randomNormal([count, 64, 64, 3], 0, 1, 'float32', 4) as tf.Tensor4D

it('a long look gives what each layer by itself gives, whether its batches are functions or the last, smaller one is not, and leaves no tensor', async () => {
  const network = trained()
  const look = await openLook(definition, 2_000)
  const opened = await openRecorder()
  for (const batch of [images(4), images(4), images(3)]) {
    const before = tf.memory().numTensors
    const called = 'recorder' in opened ? opened.recorder.counts.called : 0
    const found = look(batch.shape[0], () => tf.tidy(() => network.features(batch, inference)))
    expect(tf.memory().numTensors).toBe(before + 1)
    if ('recorder' in opened) expect(opened.recorder.counts.called - called).toBe(batch.shape[0] === 4 ? 1 : 0)
    const each = tf.tidy(() => network.features(batch, { ...inference, observe: () => undefined }))
    const most = tf.max(tf.abs(each)).dataSync()[0]!
    expect(most).toBeGreaterThan(0)
    expect(tf.max(tf.abs(tf.sub(found, each))).dataSync()[0]! / most).toBeLessThan(1e-5)
    // The same a second time, to the last bit.
    const again = look(batch.shape[0], () => tf.tidy(() => network.features(batch, inference)))
    expect(again.dataSync()).toEqual(found.dataSync())
    tf.dispose([batch, found, each, again])
  }
  network.dispose()
})

it('a short look compiles nothing', async () => {
  const network = trained()
  const look = await openLook(definition, 8)
  const opened = await openRecorder()
  const called = 'recorder' in opened ? opened.recorder.counts.called : 0
  const batch = images(4)
  tf.dispose(look(4, () => tf.tidy(() => network.features(batch, inference))))
  if ('recorder' in opened) expect(opened.recorder.counts.called).toBe(called)
  batch.dispose()
  network.dispose()
})
