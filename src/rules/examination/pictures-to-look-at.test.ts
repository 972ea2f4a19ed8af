import { expect, it } from 'vitest'
import { splitToLookAt } from './pictures-to-look-at'

const of = (train: number, validation: number, test: number) => splitToLookAt({
  name: 'Few', splits: { train: { count: train }, validation: { count: validation }, test: { count: test } }
} as Parameters<typeof splitToLookAt>[0])

it('takes the test pictures, else others where these are too few, and says how many there are where none is enough', () => {
  expect(of(100, 16, 16)).toEqual({ split: 'test' })
  expect(of(100, 16, 15)).toEqual({ split: 'validation' })
  expect(of(100, 0, 15)).toEqual({ split: 'train' })
  expect(of(9, 2, 3)).toMatchObject({ problem: { code: 'too-few-images', usage: true, message: { en: 'It takes 16 pictures to see anything of a model; “Few” has 9 at most in one split.' } } })
})
