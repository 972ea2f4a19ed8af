import { expect, it } from 'vitest'
import type { ModelInspection } from '../../contract/models'
import { architectureOf, definitionOf } from '../architectures'
import { namings } from '../interchange/recognition/naming'
import { remarksOf } from './remarks'

it('says what normalisation is taken for granted, where neither the file nor the person says it', () => {
  const naming = namings.find(({ id, architectures: [of] }) => id === 'timm' && of === 'vit-tiny')!
  const file = { tensors: new Map(), layout: 'pytorch' as const, hints: {} }
  const recognised = {
    naming, remarks: [], head: false, definition: definitionOf(architectureOf('vit-tiny'), [224, 224, 3], ['0']),
    weights: new Map<string, Float32Array>(), unmatched: [], anySize: true, folded: false
  }
  const said = (normalisationFrom: ModelInspection['normalisationFrom']): boolean =>
    remarksOf(file, recognised, { channelOrder: undefined, normalisationFrom, classesFrom: 'file' }).some(({ text }) => text.en.includes('DeiT'))
  expect(said('usual')).toBe(true)
  expect(said('file')).toBe(false)
  expect(said('given')).toBe(false)
})
