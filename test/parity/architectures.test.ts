import * as tf from '@tensorflow/tfjs-core'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { architectureOf, architectures, definitionOf } from '../../src/engine/architectures'
import { inference, type Mode } from '../../src/engine/network/network'
import { multiplyCount, parameterCounts } from '../../src/engine/network/shapes'
import { openBackend } from '../../src/engine/runtime'
import { defaultCacheDir } from '../../src/library/disk'
import { uniform } from './numbers'
import { withRandomWeights } from './random-weights'

const counts = z.record(z.string(), z.object({ parameters: z.int(), multiplyAdds: z.int() }))
const series = z.array(z.number()).length(40)
/** Made by `python scripts/parity/architectures.py > test/parity/architectures.json` with scripts/parity/requirements.txt. */
const figures = z.object({
  torch: z.literal('2.13.0'), torchvision: z.literal('0.28.0'), architectures: counts, variants: counts,
  logits: z.record(z.string(), z.object({ inference: series, training: series, after: series }))
}).parse(JSON.parse(readFileSync(join(__dirname, 'architectures.json'), 'utf8')))

beforeAll(async () => { await openBackend('auto', { cacheDir: defaultCacheDir() }) })

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

function counted(id: string, side?: number, options: Record<string, number> = {}): { parameters: number, multiplyAdds: number } {
  const architecture = architectureOf(id)
  const input = side === undefined ? architecture.defaultInput : [side, side, 3] as const
  // Photographs have ImageNet's classes.
  const definition = definitionOf(architecture, [...input], numbered(architecture.defaultInput[0] >= 224 ? 1000 : 10), options)
  return { parameters: parameterCounts(definition).reduce((sum, { parameters }) => sum + parameters, 0), multiplyAdds: multiplyCount(definition) }
}

describe('the same network in PyTorch', () => {
  it.each(['architectures', 'logits'] as const)('is there for every architecture (%s)', (what) => {
    expect(Object.keys(figures[what]).sort()).toEqual(architectures.map(({ id }) => id).sort())
  })

  it.each(Object.entries(figures.logits))('gives the logits of %s within 1e-4 of the largest, in inference, in training and with the averages that training moved', (id, expected) => {
    const architecture = architectureOf(id)
    const [usual, , channels] = architecture.defaultInput
    const side = id.startsWith('efficientnet-lite') ? 68 : id === 'dinov2-small' ? 70 : usual === 224 ? 64 : usual
    const network = withRandomWeights(definitionOf(architecture, [side, side, channels], numbered(10)))
    const images = tf.tensor4d(Float32Array.from(uniform('images', 4 * side * side * channels), (value) => value * 1.5), [4, side, side, channels])
    const errorOf = (mode: Mode, figure: readonly number[]): number => {
      const logits = tf.tidy(() => network.forward(images, mode).dataSync())
      const largest = Math.max(...figure.map(Math.abs))
      return Math.max(...figure.map((value, index) => Math.abs(logits[index]! - value) / largest))
    }
    expect(errorOf(inference, expected.inference)).toBeLessThan(1e-4)
    expect(errorOf({ training: true, dropout: false }, expected.training)).toBeLessThan(1e-4)
    expect(errorOf(inference, expected.after)).toBeLessThan(1e-4)
    images.dispose()
    network.dispose()
  }, 180_000)

  it.each(Object.entries(figures.architectures))('has exactly the parameters and multiply-adds of %s', (id, expected) => {
    expect(counted(id)).toEqual(expected)
  })

  it('has those of the MobileNets at other widths', () => {
    expect(counted('mobilenet-v1', 128, { width: 0.75 })).toEqual(figures.variants['mobilenet-v1, 0.75 at 128'])
    expect(counted('mobilenet-v2', 224, { width: 1.4 })).toEqual(figures.variants['mobilenet-v2, 1.4'])
  })
})
