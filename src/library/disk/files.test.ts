import * as fs from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { ensureWritable, freeBytes, namingFile, readJson, setAside, writeFileDurably, writeJsonDurably } from './files'
import { defaultCacheDir, defaultDataDir, portableEnvironment } from './folders'
import { checkId, newId, slugOf, timeOfId } from './ids'
import { useWorkplace } from '../testing'

const place = useWorkplace()
const schema = z.object({ schemaVersion: z.literal(1), value: z.number() })

describe('a file that is written durably', () => {
  it('is replaced as a whole, and leaves no temporary file', async () => {
    const path = join(place.folder, 'a.json')
    await writeJsonDurably(path, { schemaVersion: 1, value: 1 })
    await writeJsonDurably(path, { schemaVersion: 1, value: 2 })
    expect(await readJson(path, schema)).toEqual({ schemaVersion: 1, value: 2 })
    expect(await fs.readdir(place.folder)).toEqual(['a.json'])
  })

  it('is never half there, however many write it at once', async () => {
    const path = join(place.folder, 'a.txt')
    await writeFileDurably(path, 'x'.repeat(10_000))
    let reading = true
    const lengths = new Set<number>()
    const reader = (async () => { while (reading) lengths.add((await fs.readFile(path, 'utf8')).length) })()
    await Promise.all(Array.from({ length: 30 }, (_, index) => writeFileDurably(path, `${index % 10}`.repeat(10_000))))
    reading = false
    await reader
    expect([...lengths]).toEqual([10_000])
  })

  it('keeps its old content when the disk is full, and the error names it', async () => {
    const path = join(place.folder, 'a.txt')
    await writeFileDurably(path, 'old')
    const probe = await fs.open(path)
    const prototype = Object.getPrototypeOf(probe) as typeof probe
    await probe.close()
    const full = vi.spyOn(prototype, 'write').mockRejectedValue(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
    await expect(writeFileDurably(path, 'new')).rejects.toMatchObject({
      code: 'disk-full', value: { message: { en: expect.stringContaining(path) } }
    })
    full.mockRestore()
    expect(await fs.readFile(path, 'utf8')).toBe('old')
    expect(await fs.readdir(place.folder)).toEqual(['a.txt'])
  })
})

describe('a JSON file', () => {
  it.each([
    ['that is cut off', '{"schemaVersion": 1, "val', 'file-damaged'],
    ['with a wrong value', '{"schemaVersion": 1, "value": "x"}', 'file-damaged'],
    ['that is empty', '', 'file-damaged'],
    ['of a newer Graft', '{"schemaVersion": 2}', 'made-by-newer-version']
  ])('%s is named', async (_what, text, code) => {
    const path = join(place.folder, 'a.json')
    await fs.writeFile(path, text)
    await expect(readJson(path, schema)).rejects.toMatchObject({ code, value: { message: { en: expect.stringContaining(path) } } })
  })

  it('that is missing is named, and a damaged one can be set aside', async () => {
    const path = join(place.folder, 'a.json')
    await expect(readJson(path, schema)).rejects.toMatchObject({ code: 'not-found' })
    await fs.writeFile(path, 'x')
    const aside = await setAside(path)
    expect(await fs.readFile(aside!, 'utf8')).toBe('x')
    expect(await setAside(path)).toBeUndefined()
  })
})

describe('the data folder', () => {
  it('is made when it is missing, and left clean', async () => {
    const folder = join(place.folder, 'a', 'b', 'c')
    await ensureWritable(folder)
    await ensureWritable(folder)
    expect(await fs.readdir(folder)).toEqual([])
  })

  it('that cannot be written to is refused, whatever stands in the way', async () => {
    const file = join(place.folder, 'file')
    await fs.writeFile(file, '')
    const places = [file, join(file, 'below'), ...(process.platform === 'linux' ? ['/proc/graft/data'] : [])]
    for (const folder of places) {
      await expect(ensureWritable(folder)).rejects.toMatchObject({
        code: 'data-folder-not-writable', value: { message: { en: expect.stringContaining(folder) } }
      })
    }
  })

  it('knows how much is free before it exists', async () => {
    const free = await freeBytes(join(place.folder, 'not', 'yet'))
    expect(free).toBeGreaterThan(0)
  })

  it('stands where the person or the system says', () => {
    const home = join('/', 'home', 'me')
    expect(defaultDataDir({ GRAFT_DATA_DIR: 'here', HOME: home })).toBe(resolve('here'))
    expect(defaultDataDir({ HOME: home }, 'linux')).toBe(join(home, '.local', 'share', 'graft'))
    expect(defaultDataDir({ HOME: home, XDG_DATA_HOME: '/data' }, 'linux')).toBe(join('/data', 'graft'))
    expect(defaultDataDir({ HOME: home }, 'darwin')).toBe(join(home, 'Library', 'Application Support', 'graft'))
    expect(defaultDataDir({ APPDATA: 'C:\\Roaming' }, 'win32')).toBe(join('C:\\Roaming', 'graft'))
    expect(defaultDataDir({}, 'linux')).toBe(join(homedir(), '.local', 'share', 'graft'))
    expect(defaultCacheDir({ GRAFT_CACHE_DIR: '/c' })).toBe(resolve('/c'))
    expect(defaultCacheDir({ HOME: home }, 'linux')).toBe(join(home, '.cache', 'graft'))
    expect(defaultCacheDir({ HOME: home }, 'darwin')).toBe(join(home, 'Library', 'Caches', 'graft'))
    expect(defaultCacheDir({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'graft', 'cache'))
  })

  it('stands beside a portable program where a person has made the folder for it, and nowhere else', () => {
    const at = (resources: string, env = {}, platform = 'linux'): string | undefined => {
      const asked: string[] = []
      const given = portableEnvironment(resources, env, platform, (path) => asked.push(path) > 0)
      expect(portableEnvironment(resources, env, platform, () => false)).toEqual({})
      if (given.GRAFT_DATA_DIR) expect(given).toEqual({ GRAFT_DATA_DIR: asked[0], GRAFT_CACHE_DIR: join(asked[0]!, 'cache') })
      return given.GRAFT_DATA_DIR
    }
    const resources = join('/', 'stick', 'graft', 'resources')
    expect(at(resources)).toBe(resolve('/stick/graft/graft-data'))
    expect(at(join('/', 'stick', 'Graft.app', 'Contents', 'Resources'), {}, 'darwin')).toBe(resolve('/stick/graft-data'))
    expect(at(resources, { GRAFT_DATA_DIR: '/elsewhere' })).toBeUndefined()
    const image = { APPIMAGE: '/stick/Graft.AppImage', APPDIR: '/tmp/.mount_x' }
    expect(at(join('/tmp', '.mount_x', 'resources'), image)).toBe(resolve('/stick/graft-data'))
    // Another AppImage started this program.
    expect(at(resources, image)).toBe(resolve('/stick/graft/graft-data'))
  })
})

describe('ids', () => {
  it('are never paths', () => {
    for (const id of ['../x', 'a/b', 'a\\b', '', '.hidden', 'ä', 'x'.repeat(101)]) expect(() => checkId(id)).toThrow('cannot be an id')
    expect(checkId('cifar-10_v1.2')).toBe('cifar-10_v1.2')
  })

  it('sort by the time they were made', () => {
    const ids = Array.from({ length: 200 }, newId)
    expect([...ids].sort()).toEqual(ids)
    expect(Math.abs(timeOfId(ids[0]!)! - Date.now())).toBeLessThan(60_000)
    expect(timeOfId('digits')).toBeUndefined()
  })

  it('are made from names', () => {
    expect(slugOf('CIFAR 10 (binary).tar.gz', 'x')).toBe('cifar-10-binary')
    expect(slugOf('Café Bilder', 'x')).toBe('cafe-bilder')
    expect(slugOf('图像', 'dataset')).toBe('dataset')
  })
})

it('an error without a path is given one, and a used-up quota is a full disk', () => {
  const error = Object.assign(new Error('EDQUOT'), { code: 'EDQUOT' })
  expect(namingFile(error, '/a/b')).toMatchObject({ code: 'disk-full', value: { message: { en: expect.stringContaining('/a/b') } } })
  const bug = new TypeError('x is not a function')
  expect(namingFile(bug, '/a/b')).toBe(bug)
})
