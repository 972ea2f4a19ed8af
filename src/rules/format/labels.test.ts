import { describe, expect, it } from 'vitest'
import { labelsShort, labelsText } from './labels'

describe('the labels of a spec in words', () => {
  const few = { labels: { perClass: 20 } }

  it('tell of few labels also with how many the epoch was chosen', () => {
    const own = { ...few, validationLabels: { perClass: 20 } }
    expect(labelsText(own, 'en', true)).toBe('20 labels per class to learn from, 20 per class to choose the epoch')
    expect(labelsShort(own, 'en', true)).toBe('20 + 20 per class')
    expect(labelsShort(own, 'zh', true)).toBe('每类 20 + 20 个')
  })

  it('say of earlier records that all validation labels chose', () => {
    expect(labelsText(few, 'en', true)).toContain('all validation labels to choose')
    expect(labelsShort({ ...few, validationLabels: 'all' }, 'en', true)).toBe('20 per class + all validation')
  })

  it('say nothing of choosing where nothing could choose', () => {
    expect(labelsText(few, 'en', false)).toBe('20 labels per class')
    expect([labelsShort({ labels: 'all' }, 'en', true), labelsShort({ labels: 'none' }, 'en', true)]).toEqual(['all', 'none'])
  })
})
