import { describe, expect, it } from 'vitest'
import type { Condition, Parameters } from '../../../contract/parameters'
import { trainingParameters } from '../../../contract/training'
import { architectureOf, architectures, definitionOf } from '../../architectures'
import { methods } from '..'
import { fixedBlocks } from '../shared/trained-blocks'

/** Conditions that can never hold: on a parameter that is not there, or a value that it cannot have. */
function deadConditions(parameters: Parameters, more: readonly (Condition | undefined)[] = []): string[] {
  return [...Object.values(parameters).map(({ when }) => when), ...more].flatMap((condition) => {
    if (!condition) return []
    const parameter = parameters[condition.parameter]
    if (!parameter) return [condition.parameter]
    const values: unknown[] | undefined = parameter.kind === 'choice' ? parameter.options.map(({ value }) => value) : parameter.kind === 'boolean' ? [true, false] : undefined
    return values && !condition.in.some((value) => values.includes(value)) ? [`${condition.parameter}: ${condition.in.join(', ')}`] : []
  })
}

describe('the condition of a parameter', () => {
  it.each(methods.map((method) => [method.id, method] as const))('names one that %s has', (_id, { parameters, needs }) => {
    expect(deadConditions(parameters, [needs.sourceModelWhile])).toEqual([])
  })

  it('names one that the training and each architecture have', () => {
    expect(deadConditions(trainingParameters)).toEqual([])
    for (const { parameters } of architectures) expect(deadConditions(parameters)).toEqual([])
  })

  it('is told where it can never hold', () => {
    const shown = methods.find(({ id }) => id === 'shot')!.parameters['backboneFactor']!
    expect(shown.when).toBeUndefined()
    expect(deadConditions({ factor: { ...shown, when: { parameter: 'trainedBlocks', in: ['all'] } } })).toEqual(['trainedBlocks'])
  })
})

describe('the last block', () => {
  it.each(architectures.map(({ id }) => id))('of %s has a kernel to learn', (id) => {
    const architecture = architectureOf(id)
    const definition = definitionOf(architecture, architecture.defaultInput, ['0', '1'])
    const fixed = fixedBlocks({ definition }, 'last')
    const trained = definition.blocks.filter(({ name }) => !fixed.has(name))
    const kernels = trained.map(({ layers }) => layers.some(({ kind }) => ['convolution', 'depthwise-convolution', 'dense', 'attention'].includes(kind)))
    // One, and what follows it.
    expect(kernels).toEqual(kernels.map((_, at) => at === 0))
    expect(fixedBlocks({ definition }, 'all').size).toBe(0)
    expect(fixedBlocks({ definition }, 'none').size).toBe(definition.blocks.length)
  })

  it('of a transformer is its last layer of attention with the normalisation', () => {
    const architecture = architectureOf('vit-tiny')
    const definition = definitionOf(architecture, [32, 32, 3], ['0', '1'])
    const fixed = fixedBlocks({ definition }, 'last')
    expect(definition.blocks.map(({ name }) => name).filter((name) => !fixed.has(name))).toEqual(['layer12', 'last'])
  })
})
