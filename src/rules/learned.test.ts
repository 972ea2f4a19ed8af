import { describe, expect, it } from 'vitest'
import type { Score } from '../contract/runs'
import { whyUnlearned } from './learned'

/** A score from counts: confusion[true][predicted]. */
function scoreOf(confusion: number[][]): Score {
  const n = confusion.flat().reduce((sum, count) => sum + count, 0)
  const right = confusion.reduce((sum, row, index) => sum + row[index]!, 0)
  const perClass = confusion.map((row, index) => {
    const count = row.reduce((sum, value) => sum + value, 0)
    return { class: String(index), n: count, accuracy: row[index]! / count }
  })
  return { accuracy: right / n, loss: 1, n, perClass, confusion }
}
const balanced = (right: number, of: number, classes: number): Score => scoreOf(Array.from({ length: classes }, (_, row) =>
  Array.from({ length: classes }, (_, column) => row === column ? right : column === (row + 1) % classes ? of - right : 0)))

describe('a training that has learned nothing', () => {
  it('has its training images right as often as guessing has', () => {
    // Ten classes, 100 images: 0.1 + 2 · √(0.1 · 0.9 / 100) = 0.16.
    expect(whyUnlearned({ classes: 10, train: { images: 100, accuracy: 0.15 } })?.en).toContain('15.0 % of its training images')
    expect(whyUnlearned({ classes: 10, train: { images: 100, accuracy: 0.17 } })).toBeUndefined()
  })

  it('has its test images right as often as the commonest class comes', () => {
    expect(whyUnlearned({ classes: 10, test: balanced(4, 36, 10) })?.en).toContain('11.1 % of the test images')
    expect(whyUnlearned({ classes: 10, test: balanced(20, 36, 10) })).toBeUndefined()
    // Nine in ten are of one class: to answer with it always is 90 % right.
    expect(whyUnlearned({ classes: 2, test: scoreOf([[90, 0], [10, 0]]) })).toBeDefined()
  })

  it('answers with few of the classes', () => {
    // Ten classes of 30 taken for four: 90, 90, 60 and 60 answers, e^1.366 = 3.9; for six: e^1.748 = 5.7.
    const pairs = (classes: number) => Array.from({ length: 10 }, (_, row) => Array.from({ length: 10 }, (_, column) => column === row % classes ? 30 : 0))
    expect(whyUnlearned({ classes: 10, test: scoreOf(pairs(4)) })?.en).toContain('3.9 of 10 classes')
    expect(whyUnlearned({ classes: 10, test: scoreOf(pairs(6)) })).toBeUndefined()
  })
})
