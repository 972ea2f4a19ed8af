import { describe, expect, it } from 'vitest'
import { GraftError } from '../../contract/errors'
import { models } from '../../contract/parameters'
import type { Spec } from '../../contract/runs'
import { architecture, dataset, method, model, spec, text } from '../../rules/specs/testing'
import { checkSpecIn } from './check'

describe('checkSpecIn', () => {
  const missing = (name: string) => new GraftError(`${name}-not-found`, text(`no ${name}`))
  const known: Record<string, Spec> = {
    one: spec({ source: { model: 'run:before' }, target: { dataset: 'letters', labels: 'all' } }),
    before: spec({ source: { model: 'run:gone' }, target: { dataset: 'digits', labels: { perClass: 1 } } })
  }
  const library = {
    datasets: { get: async (id: string) => { if (id === 'digits') return dataset(); throw missing('dataset') } },
    models: { get: async (ref: string) => { if (ref === 'run:one') return model; throw missing('model') } },
    runs: { get: async (id: string) => { const of = known[id]; if (of) return { spec: of }; throw missing('run') } }
  }

  it('looks back through the runs that a source comes of, where not the test images are tested on', async () => {
    const tent = method('tent', { needs: { sourceModel: true, sourceData: false, targetImages: true, targetLabels: 'none', classes: 'same' } })
    const tested = async (testSplit: 'all' | 'test') => (await checkSpecIn(
      spec({ source: { model: 'run:one' }, target: { dataset: 'digits', labels: 'none', testSplit }, method: { id: 'tent', params: {} } }),
      library, { methods: [tent], architectures: [architecture] }
    )).map(({ code, field }) => `${code} ${field}`)
    expect(await tested('all')).toEqual(['tested-on-learned target.testSplit'])
    expect(await tested('test')).toEqual([])
  })

  it('reports each thing that is missing at its own field', async () => {
    const wanted = spec({
      source: { model: 'run:gone', dataset: 'gone' }, target: { dataset: 'lost', labels: 'all' },
      method: { id: 'fusion', params: { teachers: ['run:one', 'run:away'] } }
    })
    const fusion = method('fusion', {
      parameters: { teachers: models({ label: text(''), help: text(''), default: [], minimum: 0, maximum: 9 }) }
    })
    const problems = await checkSpecIn(wanted, library, { methods: [fusion], architectures: [architecture] })
    expect(problems.map(({ code, field }) => `${code} ${field}`)).toEqual([
      'model-not-found source.model', 'dataset-not-found source.dataset', 'dataset-not-found target.dataset',
      'model-not-found method.params.teachers'
    ])
  })
})
