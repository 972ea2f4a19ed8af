import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import type { Run } from '../../contract/runs'
import { dataset, model, spec } from '../../rules/specs/testing'
import { modelCard } from './model-card'

const mnist = dataset({ id: 'mnist', name: 'MNIST' })
const card = (
  names: Run['names'], given: Parameters<typeof spec>[0], language: 'en' | 'zh' = 'en', more: { dataset?: Dataset, run?: Partial<Run> } = {}
): string => modelCard({
  summary: model, run: { names, spec: spec(given), metrics: {}, epochs: 1, ...more.run } as Run, dataset: more.dataset ?? mnist,
  load: [{ language: 'python', from: 'numpy', code: '' }], channelsFirst: false, normalises: false, givesProbabilities: false, version: '1', language
})

describe('a model card', () => {
  it('says of what saw no target label that it was trained on its source', () => {
    const given = { source: { model: 'arch:lenet', dataset: 'mnist' }, target: { dataset: 'usps', labels: 'none' } } as const
    const text = card({ source: 'LeNet', target: 'USPS', method: 'Source only' }, given)
    expect(text).toContain('- Trained on: MNIST (all training labels; 40 training images).')
    expect(text).toContain('- Target: USPS (no labels).')
    expect(card({ source: 'LeNet', target: 'USPS', method: 'Source only', sourceData: 'MNIST then' }, given, 'zh'))
      .toContain('- 训练数据：MNIST then（全部训练标签；40 张训练图像）。')
  })

  it('says of the others how many labels of the target they saw', () => {
    const text = card({ source: 'LeNet', target: 'MNIST', method: 'Fine-tuning' }, { target: { dataset: 'mnist', labels: { perClass: 5 } } })
    expect(text).toContain('- Trained on: MNIST (5 labels per class; 10 training images).')
    expect(text).not.toContain('Target:')
  })

  it('counts the images of the one domain that is the target, and names the score that chose the epoch', () => {
    const target = { dataset: 'mnist', labels: 'all', domain: 'ink' } as const
    const given = dataset({ id: 'mnist', name: 'MNIST', domains: ['ink', 'chalk'] })
    given.splits.train = { ...given.splits.train!, count: 40, perDomain: [12, 28] }
    const text = card({ source: 'LeNet', target: 'MNIST · ink', method: 'Fine-tuning' }, { target }, 'en', {
      dataset: given, run: { chosen: { epoch: 2, score: 'entropy', value: 0.1 } }
    })
    expect(text).toContain('- Trained on: MNIST · ink (all training labels; 12 training images).')
    expect(text).toContain('- Weights of epoch 2, chosen by entropy.')
  })

  it('says which domains it learned from, and what it was tested on where that is not the test split', () => {
    const score = { accuracy: 0.5, loss: 1, n: 252, perClass: [] }
    const text = card({ source: 'LeNet', target: 'Rooms · sketch', method: 'ERM' }, {
      source: { model: 'arch:lenet', dataset: 'rooms', domains: ['photo', 'art'] },
      target: { dataset: 'rooms', labels: 'none', domain: 'sketch', testSplit: 'all' }
    }, 'en', { run: { metrics: { test: score } } })
    expect(text).toContain('- Source data: rooms (photo, art).')
    expect(text).toContain('Tested on all pictures of the target, those of its training split too; it learned from none of their labels.')
  })
})
