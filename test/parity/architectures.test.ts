import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { architectureOf, architectures, definitionOf } from '../../src/engine/architectures'
import { multiplyCount, parameterCounts } from '../../src/engine/network/shapes'

const counts = z.record(z.string(), z.object({ parameters: z.int(), multiplyAdds: z.int() }))
/** Made by `python scripts/parity/architectures.py > test/parity/architectures.json` with scripts/parity/requirements.txt. */
const figures = z.object({ torch: z.literal('2.13.0'), torchvision: z.literal('0.28.0'), architectures: counts, variants: counts })
  .parse(JSON.parse(readFileSync(join(__dirname, 'architectures.json'), 'utf8')))

function counted(id: string, side?: number, options: Record<string, number> = {}): { parameters: number, multiplyAdds: number } {
  const architecture = architectureOf(id)
  const input = side === undefined ? architecture.defaultInput : [side, side, 3] as const
  // Photographs have ImageNet's classes.
  const classes = Array.from({ length: architecture.defaultInput[0] === 224 ? 1000 : 10 }, (_, index) => String(index))
  const definition = definitionOf(architecture, [...input], classes, options)
  return { parameters: parameterCounts(definition).reduce((sum, { parameters }) => sum + parameters, 0), multiplyAdds: multiplyCount(definition) }
}

describe('the same network in PyTorch', () => {
  it('is there for every architecture', () => {
    expect(Object.keys(figures.architectures).sort()).toEqual(architectures.map(({ id }) => id).sort())
  })

  it.each(Object.entries(figures.architectures))('has exactly the parameters and multiply-adds of %s', (id, expected) => {
    expect(counted(id)).toEqual(expected)
  })

  it('has those of the MobileNets at other widths', () => {
    expect(counted('mobilenet-v1', 128, { width: 0.75 })).toEqual(figures.variants['mobilenet-v1, 0.75 at 128'])
    expect(counted('mobilenet-v2', 224, { width: 1.4 })).toEqual(figures.variants['mobilenet-v2, 1.4'])
  })
})
