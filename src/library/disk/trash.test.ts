import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { useWorkplace } from '../testing'
import { Trash } from './trash'

const place = useWorkplace()

/** Bytes of all files below a folder. */
async function bytesBelow(folder: string): Promise<number> {
  const entries = await fs.readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const sizes = await Promise.all(entries.filter((entry) => entry.isFile()).map(async (entry) => (await fs.stat(join(entry.parentPath, entry.name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

it('frees the disk once the undo time is over, and not a moment before, for the window and the terminal alike', async () => {
  const dataDir = join(place.folder, 'data')
  for (const name of ['a', 'b']) {
    await fs.mkdir(join(dataDir, 'datasets', name), { recursive: true })
    await fs.writeFile(join(dataDir, 'datasets', name, 'images.u8'), Buffer.alloc(1_000_000))
  }
  const window = new Trash(dataDir, 60_000)
  const terminal = new Trash(dataDir)
  const now = Date.now()
  await window.remove([join('datasets', 'a')])
  const token = await terminal.remove([join('datasets', 'b')])
  expect(await window.emptyExpired(now + 55_000)).toBe(0)
  expect(await bytesBelow(dataDir)).toBeGreaterThanOrEqual(2_000_000)

  // The window's own is gone with its bytes; the terminal's day is not over, whoever looks.
  expect(await window.emptyExpired(now + 70_000)).toBe(1)
  expect(await bytesBelow(dataDir)).toBeLessThan(1_001_000)
  await terminal.restore(token)
  expect(await fs.readdir(join(dataDir, 'datasets'))).toEqual(['b'])

  await terminal.remove([join('datasets', 'b')])
  expect(await window.emptyExpired(now + 25 * 60 * 60_000)).toBe(1)
  expect(await bytesBelow(dataDir)).toBe(0)
})
