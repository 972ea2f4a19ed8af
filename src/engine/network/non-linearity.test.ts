import { expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../architectures'
import { nonLinearityOf } from './non-linearity'

const endings = (id: string) => {
  const definition = definitionOf(architectureOf(id), [32, 32, 3], ['a', 'b'])
  return Object.fromEntries(definition.blocks.map(({ name }) => [name, nonLinearityOf(definition, name)]))
}

it('looks through what only pools', () => {
  expect(endings('seed-cnn')).toEqual({ block1: 'relu', block2: 'relu', block3: 'relu', dense1: 'relu', dense2: 'relu' })
  expect(endings('resnet-18')).toMatchObject({ stem: 'relu', 'stage1-1': 'relu', 'stage4-2': 'relu' })
})

it('tells linear bottlenecks, with and without a sum, from what is rectified', () => {
  const ends = endings('mobilenet-v2')
  expect([ends.stem, ends['stage2-1'], ends['stage2-2'], ends.last]).toEqual(['relu6', undefined, undefined, 'relu6'])
})

it('finds what a block without a layer of its own to say so was given', () => {
  const pool = { name: 'pool', title: '', layers: [{ kind: 'flatten' as const, name: 'flatten' }] }
  const { blocks } = definitionOf(architectureOf('seed-cnn'), [32, 32, 3], ['a', 'b'])
  expect(nonLinearityOf({ blocks: [...blocks, pool] }, 'pool')).toBe('relu')
  expect(nonLinearityOf({ blocks: [pool] }, 'pool')).toBeUndefined()
  expect(nonLinearityOf({ blocks }, 'nowhere')).toBeUndefined()
})
