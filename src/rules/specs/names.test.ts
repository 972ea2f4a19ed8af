import { describe, expect, it } from 'vitest'
import { method } from './testing'
import { runName, sourceName, targetName, usualName } from './names'

describe('names', () => {
  const tuning = method('fine-tuning', { title: { en: 'Fine-tuning', zh: '微调' } })

  it('of a run that a person starts tell the method, the target and the labels', () => {
    expect(runName(tuning, { source: null, target: 'Digits' }, { perClass: 10 }, 'en')).toBe('Fine-tuning on Digits, 10 per class')
    expect(runName(tuning, { source: 'Seed CNN', target: 'MNIST' }, 'all', 'en')).toBe('Seed CNN, Fine-tuning on MNIST')
    expect(runName(tuning, { source: null, target: 'Digits' }, { perClass: 1000 }, 'zh', (count) => `${count / 1000}k`)).toBe('Digits：微调（每类 1k 张）')
  })

  it('of one that nobody names tell where from and where to', () => {
    const names = { source: sourceName('Seed CNN', 'MNIST'), target: targetName('PACS', 'sketch'), method: 'Fine-tuning' }
    expect(usualName(names)).toBe('Fine-tuning: Seed CNN · MNIST → PACS · sketch')
    expect(usualName({ ...names, target: targetName('PACS', null) }, 'zh')).toBe('Fine-tuning：Seed CNN · MNIST → PACS')
  })
})
