import { describe, expect, it } from 'vitest'
import { KeptAnswers } from './kept-answers'

/** Ten rows sorted by class, of two logits that name the row, in batches of four. */
function filled(most?: number): KeptAnswers {
  const kept = new KeptAnswers(2, 10, most)
  for (let start = 0; start < 10; start += 4) {
    const rows = Array.from({ length: Math.min(4, 10 - start) }, (_, index) => start + index)
    kept.add(Float32Array.from(rows.flatMap((row) => [row, -row])), Int32Array.from(rows, (row) => row < 5 ? 0 : 1))
  }
  return kept
}

describe('the answers that are kept of a split', () => {
  it('are all of them where they are few', () => {
    const kept = filled()
    expect(kept.isWhole).toBe(true)
    expect(kept.all.labels).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
    expect([...kept.all.logits].filter((_, index) => index % 2 === 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
  it('are spread over the whole split where they are many', () => {
    // ⌈10 · 2 / 8⌉ = 3: rows 0, 3, 6 and 9
    const kept = filled(8)
    expect(kept.isWhole).toBe(false)
    expect([...kept.all.logits]).toEqual([0, -0, 3, -3, 6, -6, 9, -9])
    expect(kept.all.labels).toEqual([0, 0, 1, 1])
  })
})
