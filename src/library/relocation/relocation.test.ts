import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { chosenLocation, defaultDataDir, ensureWritable, isChosenAndGone } from '../disk'
import { chooseDataFolder, copyDataFolder, lookAtDataFolder } from './relocation'
import { useWorkplace } from '../testing'

const place = useWorkplace()
const from = (): string => join(place.folder, 'data')
const to = (): string => join(place.folder, 'elsewhere')

beforeEach(async () => {
  await fs.mkdir(join(from(), 'datasets', 'digits'), { recursive: true })
  await fs.mkdir(join(from(), 'window'))
  await fs.mkdir(to())
  await fs.writeFile(join(from(), 'datasets', 'digits', 'images.u8'), Buffer.alloc(5000, 7))
  await fs.writeFile(join(from(), 'settings.json'), '{}')
  await fs.writeFile(join(from(), 'window', 'lock'), 'x')
})
afterEach(() => { vi.unstubAllEnvs() })

describe('looking at a folder that the data may move to', () => {
  it('tells what is copied and where to, or that there are data already', async () => {
    expect(await lookAtDataFolder(from(), to())).toMatchObject({ path: to(), holdsData: false, bytes: 5002 })
    await fs.writeFile(join(to(), 'letter.txt'), 'x')
    expect(await lookAtDataFolder(from(), to())).toMatchObject({ path: join(to(), 'Graft'), holdsData: false })
    // A folder of that name is nobody's mark.
    await fs.mkdir(join(to(), 'datasets'))
    expect(await lookAtDataFolder(from(), to())).toMatchObject({ path: join(to(), 'Graft'), holdsData: false })
    await fs.mkdir(join(to(), 'Graft', 'datasets', 'pets'), { recursive: true })
    await fs.writeFile(join(to(), 'Graft', 'datasets', 'pets', 'dataset.json'), '{}')
    expect(await lookAtDataFolder(from(), to())).toMatchObject({ path: join(to(), 'Graft'), holdsData: true, bytes: 0 })
  })

  it('refuses the folder itself, and one inside of it or around it', async () => {
    await expect(lookAtDataFolder(from(), from())).rejects.toMatchObject({ code: 'data-folder-same' })
    await expect(lookAtDataFolder(from(), join(from(), 'window'))).rejects.toMatchObject({ code: 'data-folder-nested' })
    await fs.symlink(join(from(), 'datasets'), join(place.folder, 'link'))
    await expect(lookAtDataFolder(from(), join(place.folder, 'link'))).rejects.toMatchObject({ code: 'data-folder-nested' })
  })
})

describe('copying the data folder', () => {
  it('takes everything but what belongs to one start, and leaves the old one as it is', async () => {
    const told: number[] = []
    await copyDataFolder(from(), to(), { onProgress: ({ done }) => told.push(done) })
    expect((await fs.readdir(to())).sort()).toEqual(['.graft-data', 'datasets', 'settings.json'])
    expect(await fs.readFile(join(to(), 'datasets', 'digits', 'images.u8'))).toEqual(Buffer.alloc(5000, 7))
    expect(told.at(-1)).toBe(5002)
    expect(await fs.readdir(from())).toEqual(['datasets', 'settings.json', 'window'])
  })

  it('cancelled, leaves what is no data folder yet, and goes on from there', async () => {
    const stop = new AbortController()
    const copying = copyDataFolder(from(), to(), { signal: stop.signal, onProgress: () => stop.abort() })
    await expect(copying).rejects.toMatchObject({ code: 'cancelled' })
    expect(await lookAtDataFolder(from(), to())).toMatchObject({ path: to(), holdsData: false })
    await fs.writeFile(join(to(), 'removed since'), 'x')
    const first = await fs.stat(join(to(), 'datasets', 'digits', 'images.u8'))
    await copyDataFolder(from(), to())
    expect((await fs.stat(join(to(), 'datasets', 'digits', 'images.u8'))).ctimeMs).toBe(first.ctimeMs)
    expect(await fs.readdir(to())).not.toContain('removed since')
    expect(await lookAtDataFolder(from(), to())).toMatchObject({ holdsData: true })
  })

  it('does not go on with another folder\'s copy', async () => {
    await fs.writeFile(join(to(), '.graft-moving'), '/another')
    await expect(copyDataFolder(from(), to())).rejects.toMatchObject({ code: 'data-folder-mixed' })
  })

  it('refuses data that changed meanwhile', async () => {
    await fs.writeFile(join(from(), 'datasets', 'digits', 'labels.i32'), 'x')
    await expect(copyDataFolder(from(), to(), {
      onProgress: ({ done }) => { if (done === 5003) void fs.rm(join(from(), 'datasets', 'digits', 'labels.i32'), { force: true }) }
    })).rejects.toMatchObject({ code: 'data-folder-changed' })
    await expect(copyDataFolder(from(), to(), {
      onProgress: ({ done }) => { if (done === 5000) void fs.writeFile(join(from(), 'datasets', 'digits', 'images.u8'), 'other') }
    })).rejects.toMatchObject({ code: 'data-folder-changed' })
  })
})

describe('the chosen data folder', () => {
  it('is that of every later start, unless something else names one; gone, nothing is begun in its place', async () => {
    vi.stubEnv('GRAFT_DATA_DIR', '')
    vi.stubEnv('HOME', place.folder)
    for (const name of ['XDG_DATA_HOME', 'APPDATA']) vi.stubEnv(name, join(place.folder, 'home'))
    await fs.mkdir(join(to(), 'datasets'))
    await chooseDataFolder(to(), from())
    expect(defaultDataDir()).toBe(to())
    expect(defaultDataDir({ ...process.env, GRAFT_DATA_DIR: from() })).toBe(from())
    expect(chosenLocation()).toMatchObject({ before: from() })
    expect(isChosenAndGone(to())).toBe(false)
    await fs.rename(to(), `${to()} unplugged`)
    // Where a disk is hung in, the folder stays.
    await fs.mkdir(to())
    await expect(ensureWritable(to())).rejects.toMatchObject({ code: 'data-folder-gone', value: { remedy: { en: expect.stringContaining('location.json') } } })
    expect(await fs.readdir(to())).toEqual([])
  })
})
