import { expect, it } from 'vitest'
import { heldOutTwins, sortLookAlikes, type Picture } from './look-alikes'

it('sorts look-alikes by what is wrong with them', () => {
  const pictures: Picture[] = [
    { split: 'train', position: 0, label: 0 }, { split: 'train', position: 1, label: 0 }, { split: 'train', position: 2, label: 1 },
    { split: 'test', position: 0, label: -1 }, { split: 'validation', position: 0, label: 1 }
  ]
  expect(sortLookAlikes([[1, 0]], pictures)).toEqual({ acrossSplits: [], acrossClasses: [], within: [[0, 1]] })
  // A test picture whose label was not read tells nothing of the classes.
  expect(sortLookAlikes([[3, 0]], pictures)).toEqual({ acrossSplits: [[0, 3]], acrossClasses: [], within: [] })
  expect(sortLookAlikes([[0, 2]], pictures)).toEqual({ acrossSplits: [], acrossClasses: [[0, 2]], within: [] })
  expect(sortLookAlikes([[4, 3, 0]], pictures)).toEqual({ acrossSplits: [[0, 4, 3]], acrossClasses: [[0, 4, 3]], within: [] })
  expect(heldOutTwins([0, 4, 3], pictures)).toBe(2)
})
