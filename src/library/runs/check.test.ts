import { describe, expect, it } from 'vitest'
import { GraftError } from '../../contract/errors'
import { models } from '../../contract/parameters'
import { architecture, dataset, method, model, spec, text } from '../../rules/specs/testing'
import { checkSpecIn } from './check'

describe('checkSpecIn', () => {
  const missing = (name: string) => new GraftError(`${name}-not-found`, text(`no ${name}`))
  const library = {
    datasets: { get: async (id: string) => { if (id === 'digits') return dataset(); throw missing('dataset') } },
    models: { get: async (ref: string) => { if (ref === 'run:one') return model; throw missing('model') } }
  }

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
