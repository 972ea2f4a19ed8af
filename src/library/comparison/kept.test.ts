import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forgetComparison, keepComparison, keptComparisons } from './kept'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-kept-comparisons-')) })
afterEach(() => rm(folder, { recursive: true }))

const kept = (id: string, minute: number) => ({ id, name: `Comparison ${id}`, note: '', runs: ['one', 'two'], createdAt: `2026-05-01T10:0${minute}:00.000Z` })

describe('kept comparisons', () => {
  it('are none at first, then the youngest first; the same id is changed in place', async () => {
    expect(await keptComparisons(folder)).toEqual([])
    await Promise.all([keepComparison(folder, kept('a', 1)), keepComparison(folder, kept('b', 2))])
    const all = await keepComparison(folder, { ...kept('a', 1), note: 'Why it matters.' })
    expect(all.map(({ id, note }) => [id, note])).toEqual([['b', ''], ['a', 'Why it matters.']])
    expect((await forgetComparison(folder, 'b')).map(({ id }) => id)).toEqual(['a'])
  })

  it('says where the file is damaged, and writes nothing over it', async () => {
    await writeFile(join(folder, 'comparisons.json'), '{"schemaVersion": 1')
    await expect(keepComparison(folder, kept('a', 1))).rejects.toThrow('comparisons.json')
  })
})
