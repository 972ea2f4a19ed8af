import { describe, expect, it } from 'vitest'
import type { Run } from '../../contract/runs'
import { dataset, model, spec } from '../../rules/specs/testing'
import { modelCard } from './model-card'

const card = (names: Run['names'], given: Parameters<typeof spec>[0], language: 'en' | 'zh' = 'en'): string => modelCard({
  summary: model, run: { names, spec: spec(given), metrics: {}, epochs: 1 } as Run, dataset: dataset({ id: 'mnist', name: 'MNIST' }),
  load: { language: 'python', code: '' }, channelsFirst: false, version: '1', language
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
    expect(text).toContain('- Trained on: MNIST (5 labels per class; 40 training images).')
    expect(text).not.toContain('Target:')
  })
})
