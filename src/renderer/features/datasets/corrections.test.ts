import { expect, it } from 'vitest'
import type { Suspect } from '../../../contract/examinations'
import { newCorrections } from './corrections'

const one: Suspect = { split: 'train', position: 1, label: 0 }

it('a picture can have another class and another split; left out, it has neither; kept, it has nothing', () => {
  const corrections = newCorrections()
  corrections.decide([one], { do: 'relabel', to: 'dog' })
  corrections.decide([one], { do: 'move', to: 'validation' })
  corrections.decide([one], { do: 'relabel', to: 'eel' })
  expect(corrections.of(one)).toEqual([
    { do: 'move', split: 'train', position: 1, to: 'validation' }, { do: 'relabel', split: 'train', position: 1, to: 'eel' }
  ])
  // Back to where it is: only the class is left.
  corrections.decide([one], { do: 'move', to: 'train' })
  expect(corrections.counts.value).toEqual({ relabelled: 1, leftOut: 0, moved: 0, classes: 0, labelled: 0 })
  corrections.decide([one], { do: 'leave-out' })
  expect(corrections.of(one)).toEqual([{ do: 'leave-out', split: 'train', position: 1 }])
  corrections.decide([one], () => undefined)
  expect(corrections.list.value).toHaveLength(1)
  corrections.decide([one], { do: 'keep' })
  expect(corrections.list.value).toEqual([])
})

it('classes get other names, two of them the same one, and their own back', () => {
  const corrections = newCorrections()
  corrections.rename('cat', ' pet ')
  corrections.rename('dog', 'pet')
  corrections.rename('eel', 'fish')
  corrections.rename('eel', 'eel')
  expect(corrections.counts.value.classes).toBe(2)
  expect(corrections.plan({ id: 'mine', splits: {} })).toMatchObject({ dataset: 'mine', corrections: [], classes: { cat: 'pet', dog: 'pet' } })
  const names = corrections.names.value
  corrections.replace([])
  expect(corrections.counts.value.classes).toBe(0)
  corrections.replace([], names)
  expect(corrections.names.value).toEqual({ cat: 'pet', dog: 'pet' })
})
