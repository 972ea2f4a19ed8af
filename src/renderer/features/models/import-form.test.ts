import { describe, expect, it } from 'vitest'
import type { ModelFormat, ModelInspection } from '../../../contract/models'
import { fakeModelInspection } from '../../testing/fake-library'
import { parseClassNames, repeatedNames } from './class-names'
import { completedBy, emptyModelForm, nameOfModel, readImport, readLook, readNumbers, suggestModelId, usualOf, type ModelForm } from './import-form'

const formats: ModelFormat[] = [
  { id: 'pytorch', title: { en: 'PyTorch', zh: 'PyTorch' }, extensions: ['.pt', '.pth'], canImport: true, canExport: false }
]
const found = (change: Partial<ModelInspection> = {}): ModelInspection => ({ ...fakeModelInspection({ path: '/m/net.pth' }), ...change })
const read = (form: Partial<ModelForm>, inspection = found()) =>
  readImport({ ...completedBy({ ...emptyModelForm, path: '/m/net.pth' }, inspection), ...form }, inspection, {
    models: [{ ref: 'model:net' }], formats, datasets: [{ id: 'digits', classes: ['a', 'b'] }]
  })

describe('class names', () => {
  it('are read one per line, with commas on one line, from a JSON list and from an index of outputs', () => {
    expect(parseClassNames(' cat\r\n\ndog \n')).toEqual(['cat', 'dog'])
    expect(parseClassNames('cat, dog,bird')).toEqual(['cat', 'dog', 'bird'])
    expect(parseClassNames('["cat", 7]')).toEqual(['cat', '7'])
    expect(parseClassNames('{"10": "dog", "2": ["n01", "cat"]}')).toEqual(['cat', 'dog'])
    expect(parseClassNames('{"cat": 1}')).toEqual(['{"cat": 1}'])
    expect(parseClassNames('  ')).toEqual([])
    expect(repeatedNames(['cat', 'dog', 'cat', 'cat'])).toEqual(['cat'])
    // A long file does not stop the window: 10¹¹ comparisons would.
    expect(repeatedNames(Array.from({ length: 400_000 }, (_, index) => `${index}`))).toEqual([])
  })
})

describe('the form of an import', () => {
  it('names a model after its file without the ending, and a LayersModel after its folder', () => {
    expect(nameOfModel('/m/net.v2.pth', formats)).toBe('net.v2')
    expect(nameOfModel('C:\\models\\mobilenet\\model.json', formats)).toBe('mobilenet')
    expect(nameOfModel('/m/mobilenet/', formats)).toBe('mobilenet')
    expect(suggestModelId('Net', [{ ref: 'model:net' }, { ref: 'run:net-2' }])).toBe('net-2')
    expect(suggestModelId('网络', [])).toBe('model')
  })

  it('asks for a path, and for a size that is one, before it looks', () => {
    expect(readLook(emptyModelForm)).toEqual({ ok: false, problems: { path: { code: 'path-missing' } } })
    expect(readLook({ ...emptyModelForm, path: ' /m/net.pth ', format: 'pytorch', lookSize: '64' })).toEqual({
      ok: true, options: { path: '/m/net.pth', format: 'pytorch', size: [64, 64] }
    })
    expect(readLook({ ...emptyModelForm, path: 'x', lookSize: 'big' })).toMatchObject({ problems: { lookSize: { code: 'size-form' } } })
  })

  it('begins with what the file says, and else with what is usual', () => {
    expect(completedBy(emptyModelForm, found())).toMatchObject({ normalisation: 'imagenet', size: '32 × 32', classes: 'found' })
    expect(completedBy(emptyModelForm, found({ normalisationFrom: 'file' })).normalisation).toBe('found')
    expect(usualOf({ mean: [0.1307], standardDeviation: [0.3081] })).toBe('mnist')
    expect(usualOf({ mean: [0.1, 0.2, 0.3], standardDeviation: [1, 1, 1] })).toBeUndefined()
  })

  it('says everything that an import needs, with an id that is free', () => {
    expect(read({ classes: 'typed', names: '0,1,2,3,4,5,6,7,8,nine' })).toEqual({
      ok: true, options: {
        path: '/m/net.pth', name: 'net', id: 'net-2', size: [32, 32], normalisation: 'imagenet', classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', 'nine']
      }
    })
  })

  it('leaves the size alone where the network takes no other, and the normalisation where the file says it', () => {
    const reading = read({}, found({ anySize: false, normalisationFrom: 'file' }))
    expect(reading).toEqual({ ok: true, options: { path: '/m/net.pth', name: 'net', id: 'net-2' } })
  })

  it('takes a normalisation in numbers, one for all or one per channel, and refuses a deviation of 0', () => {
    expect(readNumbers('0.5', 3)).toEqual([0.5, 0.5, 0.5])
    expect(readNumbers('0.1, 0.2 0.3', 3)).toEqual([0.1, 0.2, 0.3])
    expect([readNumbers('0.1 0.2', 3), readNumbers('a', 3), readNumbers('', 3)]).toEqual([undefined, undefined, undefined])
    expect(read({ normalisation: 'custom', mean: '0.5', deviation: '0.25' })).toMatchObject({
      options: { normalisation: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.25, 0.25, 0.25] } }
    })
    expect(read({ normalisation: 'custom', mean: '1 2', deviation: '0' })).toMatchObject({
      problems: { mean: { code: 'numbers' }, deviation: { code: 'positive-numbers', values: { count: 3 } } }
    })
  })

  it('refuses an id that is taken, too few names, and a name that is there twice', () => {
    expect(read({ id: 'net' })).toMatchObject({ problems: { id: { code: 'id-taken' } } })
    expect(read({ id: '../x' })).toMatchObject({ problems: { id: { code: 'id-form' } } })
    expect(read({ classes: 'dataset:digits' })).toMatchObject({ problems: { classes: { code: 'names-count', values: { given: 2, wanted: 10 } } } })
    expect(read({ classes: 'typed', names: '0,1,2,3,4,5,6,7,8,8' })).toMatchObject({ problems: { classes: { code: 'names-twice', values: { names: '8' } } } })
  })
})
