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
  expect(corrections.counts.value).toEqual({ relabelled: 1, leftOut: 0, moved: 0, classes: 0 })
  corrections.decide([one], { do: 'leave-out' })
  expect(corrections.of(one)).toEqual([{ do: 'leave-out', split: 'train', position: 1 }])
  corrections.decide([one], () => undefined)
  expect(corrections.list.value).toHaveLength(1)
  corrections.decide([one], { do: 'keep' })
  expect(corrections.list.value).toEqual([])
})
