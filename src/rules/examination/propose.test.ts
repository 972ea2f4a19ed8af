import { describe, expect, it } from 'vitest'
import type { Dataset } from '../../contract/datasets'
import type { Suspect } from '../../contract/examinations'
import { cutShort, planFor, proposedFor } from './propose'

const classes = ['cat', 'dog']

describe('what a finding proposes', () => {
  it('is the suggested class where a label is likely wrong', () => {
    expect(proposedFor({ id: 'label-errors', suspects: [{ split: 'train', position: 3, label: 0, suggested: 1, confidence: 0.9 }] }, classes))
      .toEqual([{ do: 'relabel', split: 'train', position: 3, to: 'dog' }])
  })

  it('is to leave out of training what is tested, and all but one of what is there several times', () => {
    const suspects: Suspect[] = [
      { split: 'train', position: 1, group: 0 }, { split: 'validation', position: 2, group: 0 }, { split: 'test', position: 3, group: 0 },
      { split: 'train', position: 4, group: 1 }, { split: 'validation', position: 5, group: 1 }
    ]
    expect(proposedFor({ id: 'copies-across-splits', suspects }, classes).map(({ split, position }) => [split, position]))
      .toEqual([['train', 1], ['validation', 2], ['train', 4]])
    expect(proposedFor({ id: 'copies-within', suspects: suspects.map(({ group, ...rest }) => ({ ...rest, split: 'train', ...(group !== undefined && { group }) })) }, classes)
      .map(({ position }) => position)).toEqual([2, 3, 5])
  })

  it('is nothing where only a person can decide', () => {
    for (const id of ['outliers', 'shortcut', 'dark', 'blurred', 'alike-across-classes'] as const) {
      expect(proposedFor({ id, suspects: [{ split: 'train', position: 0 }] }, classes)).toEqual([])
    }
  })
})

it('what is found beyond the pictures that are listed is counted', () => {
  const title = { en: 'Wrong', zh: '错' }
  const suspects = (length: number): Suspect[] => Array.from({ length }, (_, position) => ({ split: 'train', position, suggested: 1, group: position >> 1 }))
  expect(cutShort([
    { id: 'label-errors', title, count: 640, suspects: suspects(500) }, { id: 'copies-within', title, count: 400, suspects: suspects(500) },
    // Whole ones, and one of which nothing is proposed.
    { id: 'blank', title, count: 500, suspects: suspects(500) }, { id: 'copies-within', title, count: 10, suspects: suspects(20) },
    { id: 'outliers', title, count: 900, suspects: suspects(500) }
  ], classes)).toEqual([{ title, planned: 500, found: 640 }, { title, planned: 250, found: 400 }])
})

it('a plan names the pictures that it is for, and corrects nothing that is left out', () => {
  const dataset = { id: 'pets', splits: { train: { count: 5, sha256: { images: 'abc' } } } } as Pick<Dataset, 'id' | 'splits'>
  expect(planFor(dataset, [
    { do: 'relabel', split: 'train', position: 1, to: 'dog' }, { do: 'leave-out', split: 'train', position: 1 }, { do: 'leave-out', split: 'train', position: 1 },
    { do: 'relabel', split: 'train', position: 2, to: 'dog' }
  ])).toEqual({
    dataset: 'pets', images: { train: 'abc' }, classes: {},
    corrections: [{ do: 'leave-out', split: 'train', position: 1 }, { do: 'relabel', split: 'train', position: 2, to: 'dog' }]
  })
})
