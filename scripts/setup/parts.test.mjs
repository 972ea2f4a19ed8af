import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensurePart, partialName, removeAbandoned } from './parts.mjs'

/** @type {string} */
let runtime
beforeEach(async () => {
  runtime = await mkdtemp(path.join(os.tmpdir(), 'graft-parts-'))
})
afterEach(() => rm(runtime, { recursive: true, force: true }))

const make = async (/** @type {string} */ folder) => {
  await mkdir(path.join(folder, 'lib'))
  await writeFile(path.join(folder, 'lib', 'library.so'), 'code')
}
const never = async () => {
  throw new Error('made again')
}

describe('a part of the runtime', () => {
  it('is made once', async () => {
    expect(await ensurePart(runtime, 'part-1', 'key', make)).toEqual({ folder: path.join(runtime, 'part-1'), made: true })
    expect((await ensurePart(runtime, 'part-1', 'key', never)).made).toBe(false)
  })

  it('does not appear under its name until it is whole', async () => {
    await expect(ensurePart(runtime, 'part-1', 'key', async (folder) => {
      await make(folder)
      throw new Error('stopped half-way')
    })).rejects.toThrow('stopped half-way')
    expect(await readdir(runtime)).toEqual([])
  })

  it.each([
    ['a file is gone', () => rm(path.join(runtime, 'part-1', 'lib', 'library.so'))],
    ['a file was cut short', () => writeFile(path.join(runtime, 'part-1', 'lib', 'library.so'), 'co')],
    ['its manifest is damaged', () => writeFile(path.join(runtime, 'part-1', 'manifest.json'), '{')]
  ])('is made again when %s', async (_what, damage) => {
    await ensurePart(runtime, 'part-1', 'key', make)
    await damage()
    expect((await ensurePart(runtime, 'part-1', 'key', make)).made).toBe(true)
    expect(await readFile(path.join(runtime, 'part-1', 'lib', 'library.so'), 'utf8')).toBe('code')
    expect(await readdir(runtime)).toEqual(['part-1'])
  })

  it('is made again when its sources have changed', async () => {
    await ensurePart(runtime, 'part-1', 'key', make)
    expect((await ensurePart(runtime, 'part-1', 'another key', make)).made).toBe(true)
  })

  it('stays as it was when its replacement fails', async () => {
    await ensurePart(runtime, 'part-1', 'key', make)
    await expect(ensurePart(runtime, 'part-1', 'another key', never)).rejects.toThrow()
    expect(await readFile(path.join(runtime, 'part-1', 'lib', 'library.so'), 'utf8')).toBe('code')
  })
})

it('clearing away keeps what a running set-up is building', async () => {
  // No process has an id above the kernel's limit of 4,194,304.
  await mkdir(path.join(runtime, '.partial-9999999-part-1'))
  await mkdir(path.join(runtime, partialName('part-1')))
  await mkdir(path.join(runtime, '.partial-1-part-2'))
  await removeAbandoned(runtime)
  expect((await readdir(runtime)).sort()).toEqual(['.partial-1-part-2', partialName('part-1')].sort())
})
