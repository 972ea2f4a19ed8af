import { describe, expect, it } from 'vitest'
import type { GraftError } from '../../contract/errors'
import { drawAtMost, drawPerClass } from './labels'

const classes = ['cat', 'dog', 'horse']
const labels = Int32Array.from({ length: 300 }, (_, position) => position % 3)

describe('drawPerClass', () => {
  it('grants so many labels of every class', () => {
    const positions = drawPerClass(labels, 7, 1, classes)
    expect(positions).toHaveLength(21)
    expect(new Set(positions).size).toBe(21)
    const counts = [0, 0, 0]
    for (const position of positions) counts[labels[position]!]!++
    expect(counts).toEqual([7, 7, 7])
    expect(Array.from(positions)).toEqual(Array.from(positions).sort((one, other) => one - other))
  })

  it('draws the same with the same seed, others with another', () => {
    expect(drawPerClass(labels, 7, 1, classes)).toEqual(drawPerClass(labels, 7, 1, classes))
    expect(drawPerClass(labels, 7, 2, classes)).not.toEqual(drawPerClass(labels, 7, 1, classes))
  })

  it('keeps the few among the many, so that runs with more labels only add to them', () => {
    const many = new Set(drawPerClass(labels, 50, 1, classes))
    for (const position of drawPerClass(labels, 7, 1, classes)) expect(many.has(position)).toBe(true)
  })

  it('names the classes that have too few and says how many are possible', () => {
    const few = Int32Array.from([0, 0, 0, 1, 2, 2])
    const attempt = (perClass: number) => {
      try {
        drawPerClass(few, perClass, 1, classes)
      } catch (error) {
        return (error as GraftError).value
      }
      return undefined
    }
    expect(attempt(1)).toBeUndefined()
    expect(attempt(3)).toMatchObject({ code: 'too-few-labels', field: 'target.labels' })
    expect(attempt(3)!.message.en).toContain('dog (1), horse (2)')
    expect(attempt(3)!.message.en).not.toContain('cat')
    expect(attempt(3)!.remedy!.en).toContain('at most 1')
  })

  it('takes what a class has where it may have fewer, in a draw of its own', () => {
    const few = Int32Array.from([0, 0, 0, 1, 2, 2])
    expect(Array.from(drawAtMost(few, 2, 1, classes, 'validation labels'), (position) => few[position])).toEqual([0, 0, 1, 2, 2])
    expect(drawAtMost(labels, 7, 1, classes, 'validation labels')).not.toEqual(drawPerClass(labels, 7, 1, classes))
  })

  it('does not list a hundred classes', () => {
    const names = Array.from({ length: 100 }, (_, index) => `class ${index}`)
    const one = Int32Array.from({ length: 100 }, (_, index) => index)
    expect(() => drawPerClass(one, 2, 1, names)).toThrow('class 4 (1) and 95 more classes')
  })
})
