import { describe, expect, it } from 'vitest'
import { headOfLayers } from './heads'
import type { FileLayer } from './file-layers'

const tensor = (name: string, shape: number[]) => ({ name, shape, data: new Float32Array(shape.reduce((product, length) => product * length, 1)) })
/** [out, in] as PyTorch has them. */
const dense = (name: string, inputs: number, units: number): FileLayer =>
  ({ name, weights: new Map([['factor', tensor(`${name}.weight`, [units, inputs])], ['offset', tensor(`${name}.bias`, [units])]]) })
const normalisation = (name: string, channels: number): FileLayer =>
  ({ name, weights: new Map((['factor', 'offset', 'mean', 'variance'] as const).map((role) => [role, tensor(`${name}.${role}`, [channels])])) })
const kinds = (left: FileLayer[], named?: FileLayer): string[] | undefined =>
  headOfLayers(left, 512, 'pytorch', named, '')?.map(({ layer }) => layer.kind === 'dense' ? `dense ${layer.units}` : layer.kind)

describe('a head of several layers in a file of weights', () => {
  it('leads from the features to the classes, with ReLU where the places leave room for it', () => {
    expect(kinds([dense('fc.0', 512, 256), dense('fc.3', 256, 5)])).toEqual(['dense 256', 'relu', 'dense 5'])
    expect(kinds([dense('fc.0', 512, 256), dense('fc.1', 256, 5)])).toEqual(['dense 256', 'dense 5'])
    // Linear, batch normalisation, ReLU, dropout, linear; and linear, ReLU, batch normalisation, linear.
    expect(kinds([dense('fc.0', 512, 256), normalisation('fc.1', 256), dense('fc.4', 256, 5)])).toEqual(['dense 256', 'batch-normalisation', 'relu', 'dense 5'])
    expect(kinds([dense('fc.0', 512, 256), normalisation('fc.2', 256), dense('fc.3', 256, 5)])).toEqual(['dense 256', 'relu', 'batch-normalisation', 'dense 5'])
    // Names that are no places say nothing of what lies between.
    expect(kinds([dense('hidden', 512, 256), dense('output', 256, 5)])).toEqual(['dense 256', 'relu', 'dense 5'])
  })

  it('goes on from a layer of a usual name within its own list, and no further', () => {
    const named = dense('classifier.1', 512, 256)
    expect(kinds([named, dense('classifier.4', 256, 5)], named)).toEqual(['dense 256', 'relu', 'dense 5'])
    const alone = dense('fc', 512, 5)
    expect(kinds([alone, dense('projector.0', 5, 128)], alone)).toEqual(['dense 5'])
  })

  it('is none where the layers do not lead on, or map features for a contrastive loss', () => {
    expect(kinds([dense('a', 512, 256), dense('b', 512, 5)])).toBeUndefined()
    expect(kinds([dense('projector.0', 512, 512), dense('projector.2', 512, 128)])).toBeUndefined()
    expect(kinds([dense('fc.0', 100, 5)])).toBeUndefined()
  })
})
