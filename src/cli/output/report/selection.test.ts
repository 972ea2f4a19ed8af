import { expect, it } from 'vitest'
import type { SelectionRecord } from '../../../contract/runs'
import { selectionText } from './selection'

const selection: SelectionRecord = {
  images: { split: 'validation', n: 729 }, score: 'entropy', epoch: 2, accuracy: 0.9,
  choices: [{ score: 'entropy', epoch: 2, value: 0.1, accuracy: 0.9 }, { score: 'last', epoch: 3, accuracy: 0.8 }],
  best: { epoch: 1, accuracy: 0.92 }, cost: 0.02, predictedClasses: { count: 9.6, of: 10, collapsed: false }
}

it('tells which epoch each score keeps, which chose, and what not looking cost', () => {
  const text = selectionText(selection, 'en')
  expect(text).toMatch(/Entropy +2 +90\.0 % +← chose/)
  expect(text).toMatch(/The last epoch +3 +80\.0 %\n/)
  expect(text).toContain('epoch 1 would have been the best (92.0 %): not looking cost 2.0 points.')
  expect(text).toContain('about 9.6 of 10 classes.')
})

it('says nothing of accuracies where there are no labels, and sounds the alarm of a collapse', () => {
  const { best: _, cost: __, accuracy: ___, ...rest } = selection
  const text = selectionText({
    ...rest, choices: [{ score: 'entropy', epoch: 2 }], predictedClasses: { count: 1.2, of: 10, collapsed: true }
  }, 'en')
  expect(text).toMatch(/Entropy +2 +–/)
  expect(text).not.toContain('cost')
  expect(text).toContain('they have probably collapsed')
})
