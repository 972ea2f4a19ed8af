import { describe, expect, it } from 'vitest'
import { sameClasses, sameClassNames, sharedClasses } from './classes'

describe('classes', () => {
  it('are the same for a head only in the same order', () => {
    expect(sameClasses(['cat', 'dog'], ['cat', 'dog'])).toBe(true)
    expect(sameClasses(['cat', 'dog'], ['dog', 'cat'])).toBe(false)
    expect(sameClasses(['cat'], ['cat', 'dog'])).toBe(false)
  })

  it('are the same names in any order, and never by what their names run together to', () => {
    expect(sameClassNames(['cat', 'dog'], ['dog', 'cat'])).toBe(true)
    expect(sameClassNames(['cat', 'dog'], ['cat', 'cow'])).toBe(false)
    expect(sameClassNames(['a\nb', 'c'], ['a', 'b\nc'])).toBe(false)
    expect(sameClassNames(['a', 'a'], ['a', 'b'])).toBe(false)
  })

  it('are counted where both have them', () => {
    expect(sharedClasses(['cat', 'dog', 'cow'], ['dog', 'horse', 'cat'])).toBe(2)
  })
})
