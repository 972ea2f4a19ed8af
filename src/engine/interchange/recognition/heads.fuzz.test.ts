import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import type { FileLayer } from './file-layers'
import { headOfLayers } from './heads'

const length = fc.constantFrom(2, 3, 8, 64, 128)
const name = fc.oneof(fc.constantFrom('fc', 'head', 'classifier.0', 'classifier.1', 'classifier.3', 'classifier.6', 'head.0', 'head.2', 'fc1', 'fc2', 'projector.0', 'bn', 'head.1', '', '.', '..0'), fc.string({ maxLength: 8 }))
const tensor = (name: string, shape: number[]) => ({ name, shape, data: new Float32Array(0) })
const layer = fc.tuple(name, fc.oneof(
  { weight: 5, arbitrary: fc.tuple(length, length).map(([units, inputs]) => new Map([['factor', tensor('w', [units, inputs])], ['offset', tensor('b', [units])]])) },
  { weight: 2, arbitrary: length.map((channels) => new Map([['factor', tensor('g', [channels])], ['offset', tensor('b', [channels])], ['mean', tensor('m', [channels])], ['variance', tensor('v', [channels])]])) },
  { weight: 1, arbitrary: fc.array(fc.nat(4), { maxLength: 5 }).map((shape) => new Map([['factor', tensor('o', shape)]])) }
)).map(([each, weights]) => ({ name: each, weights }) as unknown as FileLayer)

describe('the finder of heads among weights without a graph', () => {
  it('finds layers that lead from the features one to the next and end in one that answers, or none', () => {
    let found = 0
    fc.assert(fc.property(fc.uniqueArray(layer, { maxLength: 6, selector: ({ name: each }) => each }), fc.option(fc.nat(5)), length, (layers, at, features) => {
      const head = headOfLayers(layers, features, 'pytorch', at === null ? undefined : layers[at], '')
      if (!head) return
      found++
      let units: number = features
      for (const { layer: made, fileLayer } of head) {
        if (made.kind === 'dense') {
          // Also as a convolution over one pixel.
          const { shape } = fileLayer!.weights.get('factor')!
          expect([shape.length === 4 && shape[2] === 1 && shape[3] === 1 ? shape.slice(0, 2) : shape, made.units > 0]).toEqual([[made.units, units], true])
          units = made.units
        } else if (made.kind === 'batch-normalisation') expect(fileLayer!.weights.get('mean')!.shape).toEqual([units])
      }
      expect(head.at(-1)!.layer).toMatchObject({ kind: 'dense', name: 'dense' })
    }), { numRuns: cases(10_000) })
    expect(found).toBeGreaterThan(cases(10_000) / 200)
  }, 60_000)
})
