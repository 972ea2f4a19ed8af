import * as fs from 'node:fs/promises'
import { expect, it, vi } from 'vitest'
import { useWorkplace } from './testing'

// Main reads the library in a process where these must never be loaded.
vi.mock('sharp', () => { throw new Error('sharp was loaded') })
vi.mock('tar', () => { throw new Error('tar was loaded') })

const place = useWorkplace()

it('the library and its list of formats open without a decoder, and write nothing', async () => {
  const { formats } = await import('./intake/formats')
  await import('./intake/import')
  await import('./datasets/samples')
  expect(new Set(formats.map(({ id }) => id)).size).toBe(formats.length)
  for (const { title, summary } of formats) for (const text of [title, summary]) expect(text.en && text.zh).toBeTruthy()
  const { library } = place
  expect(await library.datasets.list()).toEqual({ datasets: [], damaged: [] })
  expect(await library.models.list()).toEqual({ models: [], damaged: [] })
  expect(await library.runs.list()).toEqual({ runs: [], damaged: [] })
  expect(await library.runs.interruptOrphans()).toEqual([])
  expect(await library.trash.emptyTrash()).toBe(0)
  await expect(fs.access(library.dataDir)).rejects.toThrow()
})
