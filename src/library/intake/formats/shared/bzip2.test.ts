import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../../../contract/errors'
import { unpackBzip2 } from './bzip2'

// Made with Python's bz2.compress of the texts in the comments.
const hello = 'QlpoOTFBWSZTWWsdPsEAAAIdgGAEEAAAQBIkwBAgADEDQNAgAaaPA6qsgoT4u5IpwoSDWOn2CA=='
const runs = 'QlpoOTFBWSZTWZ4fRGIAADd/////////////////////////////////////////////sADa0kmAAmAAJgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAYiJgTAEwJpiZMJkwJgTEwIwTAEwGjTIIYARgACYAANAEyYAACYTAAIwAATRmgTAAAQAAAAAEwDRoCYAEyYAAAAjAJgAAAAAAAAAAAAAAAAAAAAAAJgB7MIOCgjCDAWILDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCX8ExOUFJUVlhaALi8CAKygsLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltkDMrMHDghhAAAAgIAAzgiwokBIGRII53BQPAEAaWpr+Hx+TY2tze4OLk5ujr83Z3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2NnR0tPU1f5rf3/a+wLg9n67W3ubv/3t/g4eLj5OXm5+jp6hRQDJdYrs7e7vF3JFOFCQnh9EYgA=='
const two = 'QlpoOTFBWSZTWc+6oLQAAAGRAEAAAgGgACGaaDNNDLxdyRThQkM+6oLQQlpoMTFBWSZTWc3cjZoAAACBgAAAhIAgACGYGYRhdyRThQkM3cjZoA=='

const zeros = 'QlpoOTFBWSZTWaZFgLIAFvpACMAAQAAACCAAMMwJqmmpAi2pIEXi7kinChIUyLAWQA=='
const levels = 'QlpoMTFBWSZTWc+6oLQAAAGRAEAAAgGgACGaaDNNDLxdyRThQkM+6oLQQlpoORdyRThQkAAAAABCWmg5MUFZJlNZzdyNmgAAAIGAAACEgCAAIZgZhGF3JFOFCQzdyNmg'

const unpack = (packed: Uint8Array): Buffer => Buffer.concat([...unpackBzip2(packed, 'a.bz2')])
const unpackText = (base64: string): string => unpack(Buffer.from(base64, 'base64')).toString('latin1')
const codeOf = (packed: Uint8Array): string => {
  try {
    unpack(packed)
    return 'none'
  } catch (error) {
    expect(error).toBeInstanceOf(GraftError)
    return (error as GraftError).code
  }
}

describe('bzip2', () => {
  it('unpacks what Python packed', () => {
    expect(unpackText(hello)).toBe('Hello, bzip2!')
    // b'a' * 1000 + b'b' * 4 + b'c' * 3 + b'\0' * 300 + bytes(range(256)) + b'd' * 260
    const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')
    expect(unpackText(runs)).toBe('a'.repeat(1000) + 'bbbbccc' + '\0'.repeat(300) + all + 'd'.repeat(260))
    expect(unpackText('QlpoORdyRThQkAAAAAA=')).toBe('')
  })

  it('unpacks several streams after one another', () => {
    expect(unpackText(two)).toBe('one two')
    // bz2.compress(b'one ', 1) + bz2.compress(b'') + bz2.compress(b'two', 9)
    expect(unpackText(levels)).toBe('one two')
    const cut = Buffer.from(levels, 'base64')
    // Its second stream, of nothing, has 14 bytes: it begins after the first's 42 and is cut off within them.
    expect(codeOf(cut.subarray(0, 45))).toBe('archive-truncated')
  })

  it('gives a block that grows in pieces', () => {
    // bytes(3_000_000)
    const lengths = [...unpackBzip2(Buffer.from(zeros, 'base64'), 'zeros.bz2')].map(({ length }) => length)
    expect(lengths).toEqual([1 << 20, 1 << 20, 3_000_000 - (2 << 20)])
  })

  it('refuses blocks as bzip2 0.9.0 wrote them, and a checksum of the whole that is wrong', () => {
    const old = Buffer.from(hello, 'base64')
    // The bit after the block's mark and checksum says that it is randomised.
    old[14]! |= 0x80
    expect(codeOf(old)).toBe('archive-damaged')
    const whole = Buffer.from('QlpoORdyRThQkAAAAAA=', 'base64')
    whole[13]! ^= 1
    expect(codeOf(whole)).toBe('archive-damaged')
  })

  it('says that a file is cut off, wherever', () => {
    const packed = Buffer.from(runs, 'base64')
    for (let length = 0; length < packed.length; length += 7) expect(codeOf(packed.subarray(0, length))).toMatch(/archive-(truncated|damaged)/)
  })

  it('never gives other bytes for a single changed bit: its checksums tell', () => {
    const packed = Buffer.from(hello, 'base64')
    let noticed = 0
    for (let bit = 0; bit < packed.length * 8; bit++) {
      const changed = Buffer.from(packed)
      changed[bit >> 3]! ^= 0x80 >> (bit & 7)
      const code = codeOf(changed)
      // Some bits do not matter: the block's largest size, a code that is never used, the filling at the end.
      if (code === 'none') expect(unpack(changed).toString('latin1')).toBe('Hello, bzip2!')
      else noticed++
    }
    expect(noticed).toBeGreaterThan(packed.length * 8 * 0.8)
  })

  it('refuses any other bytes with a sentence', () => {
    const valid = Buffer.from(runs, 'base64')
    fc.assert(fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 120 }).map((tail) => Buffer.concat([valid.subarray(0, 14), tail])),
        fc.tuple(fc.nat(valid.length - 1), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([at, bytes]) => {
          const changed = Buffer.from(valid)
          changed.set(bytes.subarray(0, changed.length - at), at)
          return changed
        })
      ),
      (packed) => {
        if (valid.equals(packed)) return
        const code = codeOf(packed)
        // What happens to be right all the same has the right checksums.
        if (code !== 'none') expect(code).toMatch(/^archive-(truncated|damaged)$/)
      }
    ), { numRuns: cases(10_000) })
  })
})
