import { describe, expect, it } from 'vitest'
import type { ModelRef, ModelSummary } from '../../contract/models'
import { models } from '../../contract/parameters'
import { dataset, facts, method, model, spec, text } from './testing'
import { checkSpec } from './check'

describe('models beside the source', () => {
  const soup = method('soup', {
    needs: { sourceModel: true, sourceData: false, targetLabels: 'some', classes: 'same', validation: true, teachers: { minimum: 1, maximum: 3, alike: true } },
    parameters: { models: models({ label: text('Models'), help: text(''), default: [], minimum: 1, maximum: 3 }) }
  })
  const validated = dataset({ splits: { ...dataset().splits, validation: { count: 2, perClass: [1, 1], sha256: { images: '' } } } })
  const source: ModelSummary = { ...model, ref: 'run:one', classes: dataset().classes }
  const check = (other: Partial<ModelSummary>, refs: ModelRef[] = ['run:two'], target = validated) => checkSpec(
    spec({ source: { model: 'run:one' }, method: { id: 'soup', params: { models: refs } } }),
    facts({
      methods: [soup], target: { value: target }, sourceModel: { value: source },
      teachers: new Map(refs.map((ref) => [ref, { value: { ...source, ref, ...other } }]))
    })
  )
  const code = (...given: Parameters<typeof check>) => check(...given).map((found) => `${found.code} ${found.field}`)

  it('may be like it', () => {
    expect(check({})).toEqual([])
  })

  it('are refused where they do not share its shape, with what differs', () => {
    expect(code({ architecture: 'lenet' })).toEqual(['models-unlike method.params.models'])
    expect(check({ architecture: 'lenet' })[0]!.message.en).toContain(`architecture is lenet, not ${source.architecture}`)
    expect(check({ input: [64, 64, 3] })[0]!.message.en).toContain('input is 64×64×3')
    expect(check({ classes: [...source.classes].reverse() })[0]!.message.en).toContain('classes are others, or in another order')
    expect(check({ blocks: [{ name: 'block1', title: '', parameters: 7 }] })[0]!.message.en).toContain('blocks are of other sizes')
    expect(check({ normalisation: { mean: [0], standardDeviation: [1] } })[0]!.message.en).toContain('pixels are normalised in another way')
    const turned = { ...validated, classes: [...validated.classes].reverse() }
    expect(check({}, ['run:two'], turned)[0]!.message.en).toContain('classes are in another order than those of “Digits”')
  })

  it('are refused where they know other classes, or answer with another classifier', () => {
    expect(code({ classes: ['x', 'y'] })).toEqual(['classes-differ method.params.models'])
    expect(code({ classifier: { kind: 'svm', title: text('SVM') } })).toEqual(['classifier-not-network method.params.models'])
  })

  it('are named once each, and not the source again', () => {
    expect(code({}, ['run:two', 'run:two'])).toEqual(['model-named-twice method.params.models'])
    expect(code({ ref: 'run:one' }, ['run:one'])).toEqual(['model-named-twice method.params.models'])
  })

  it('need validation labels where the method chooses by them, and as many models as it takes', () => {
    expect(code({}, ['run:two'], dataset())).toEqual(['needs-validation target.dataset'])
    expect(check({}, [])[0]!.message.en).toBe('Models (method.params.models) needs at least one entry.')
  })
})
