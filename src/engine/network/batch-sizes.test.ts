import { describe, expect, it } from 'vitest'
import { architectureOf, architectures, definitionOf } from '../architectures'
import { inferenceBatchSize, memoryBudget } from './batch-sizes'
import { inferenceBytes } from './liveness'

const gigabyte = 2 ** 30
const definition = (id: string, side?: number) => {
  const architecture = architectureOf(id)
  const [height, width, channels] = architecture.defaultInput
  return definitionOf(architecture, [side ?? height, side ?? width, channels], ['a', 'b'])
}

describe('images of a batch in inference', () => {
  it('may take a quarter of the free memory, and no more than is quick', () => {
    expect(memoryBudget(1 * gigabyte)).toBe(gigabyte / 4)
    expect(memoryBudget(100 * gigabyte)).toBe(gigabyte / 2)
    expect(memoryBudget()).toBeLessThanOrEqual(gigabyte / 2)
  })

  it('are all that are wanted for every architecture at 64 pixels and less', () => {
    for (const { id, defaultInput: [side] } of architectures) {
      expect([id, inferenceBatchSize(definition(id, Math.min(side, 64)), 256, memoryBudget(16 * gigabyte))]).toEqual([id, 256])
    }
  })

  it('are so few for photographs that they fit, in powers of two', () => {
    for (const { id } of architectures.filter(({ defaultInput: [side] }) => side >= 224)) {
      const bytes = inferenceBytes(definition(id))
      for (const free of [0.5, 1, 2, 16]) {
        const images = inferenceBatchSize(definition(id), 256, memoryBudget(free * gigabyte))
        expect(images * bytes).toBeLessThanOrEqual(free * gigabyte / 4)
        expect([1, 2, 4, 8, 16, 32, 64, 128]).toContain(images)
      }
    }
    expect(['mobilenet-v1', 'efficientnet-lite0'].map((id) => inferenceBatchSize(definition(id), 256, gigabyte / 2))).toEqual([32, 32])
  })

  it('are one where not even that fits', () => {
    expect(inferenceBatchSize(definition('resnet-18'), 100, 1000)).toBe(1)
  })
})
