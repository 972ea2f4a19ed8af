import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findNode, workerEnvironment } from './node-runtime'
import { findPlaces, flagValue } from '../shell/places'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-node-')) })
afterEach(() => rm(folder, { recursive: true }))

/** A program that answers `--version` like a Node of that version. */
async function fakeNode(directory: string, version: string): Promise<string> {
  await mkdir(directory, { recursive: true })
  const path = join(directory, 'node')
  await writeFile(path, `#!/bin/sh\necho v${version}\n`)
  await chmod(path, 0o755)
  return path
}
const shipped = async (runtime: string, path: string): Promise<void> => {
  await mkdir(runtime, { recursive: true })
  await writeFile(join(runtime, 'current.json'), JSON.stringify({ schemaVersion: 1, node: { version: '24.21.0', path }, problems: [] }))
}

describe.skipIf(process.platform === 'win32')('findNode', () => {
  it('takes the Node that Graft ships, also by a path relative to its list', async () => {
    await fakeNode(join(folder, 'runtime', 'node-24'), '24.21.0')
    await shipped(join(folder, 'runtime'), 'node-24/node')
    expect(await findNode([join(folder, 'none'), join(folder, 'runtime')], {})).toEqual({
      path: join(folder, 'runtime', 'node-24', 'node'), version: '24.21.0', runtimeFolder: join(folder, 'runtime')
    })
  })

  it('falls back to a Node of version 20 or newer on PATH, and says so', async () => {
    await shipped(join(folder, 'runtime'), 'gone/node')
    await fakeNode(join(folder, 'old'), '18.20.0')
    const path = await fakeNode(join(folder, 'new'), '22.1.0')
    const found = await findNode([join(folder, 'runtime')], { PATH: `/nowhere:${join(folder, 'old')}:${join(folder, 'new')}` })
    expect(found).toMatchObject({ path, version: '22.1.0' })
    expect(found.warning?.en).toContain(path)
  })

  it('never takes the program it runs in itself', async () => {
    await symlink(process.execPath, join(folder, 'node'))
    const own = join(process.execPath, '..')
    await expect(findNode([], { PATH: own })).rejects.toMatchObject({ code: 'no-node' })
  })

  it('says what to do when there is none', async () => {
    await expect(findNode([folder], { PATH: folder })).rejects.toMatchObject({ value: { code: 'no-node', remedy: { en: expect.stringContaining('npm run setup') } } })
  })
})

describe('workerEnvironment', () => {
  it('passes on what a worker needs, nothing of Electron\'s, and where TensorFlow lies', () => {
    const environment = {
      PATH: '/bin', HOME: '/home/a', LANG: 'de', SystemRoot: 'C:\\Windows', CUDA_VISIBLE_DEVICES: '0', TF_NUM_INTRAOP_THREADS: '2',
      GRAFT_CACHE_DIR: '/cache', https_proxy: 'http://proxy:3128', NO_PROXY: 'localhost', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', NODE_CHANNEL_FD: '3', SECRET_TOKEN: 'x', LD_PRELOAD: 'y'
    }
    expect(workerEnvironment(environment, { path: '', version: '', runtimeFolder: '/runtime' })).toEqual({
      PATH: '/bin', HOME: '/home/a', LANG: 'de', SystemRoot: 'C:\\Windows', CUDA_VISIBLE_DEVICES: '0', TF_NUM_INTRAOP_THREADS: '2',
      GRAFT_CACHE_DIR: '/cache', https_proxy: 'http://proxy:3128', NO_PROXY: 'localhost', GRAFT_RUNTIME_DIR: '/runtime'
    })
  })
})

describe('findPlaces', () => {
  const surroundings = { argv: [], environment: { HOME: '/home/a' }, packaged: false, resourcesPath: '/opt/graft/resources', mainFolder: '/code/out/main' }

  it('finds everything in a checkout', () => {
    expect(findPlaces(surroundings)).toMatchObject({
      engine: '/code/out/engine', samples: '/code/resources/samples', renderer: '/code/out/renderer', preload: '/code/out/preload/index.js'
    })
  })

  it('finds everything in an installed program, the engine outside the archive', () => {
    const packaged = { ...surroundings, packaged: true, mainFolder: '/opt/graft/resources/app.asar/out/main' }
    const places = findPlaces(packaged)
    expect(places).toMatchObject({
      engine: '/opt/graft/resources/app.asar.unpacked/out/engine', samples: '/opt/graft/resources/samples',
      renderer: '/opt/graft/resources/app.asar/out/renderer'
    })
    expect(places.runtimeFolders[0]).toBe('/opt/graft/resources/runtime')
  })

  it('takes the data folder from the flag before the environment', () => {
    const environment = { GRAFT_DATA_DIR: '/data/environment' }
    expect(findPlaces({ ...surroundings, environment }).dataDir).toBe('/data/environment')
    expect(findPlaces({ ...surroundings, environment, argv: ['electron', '--no-sandbox', '.', '--data-dir', '/data/flag'] }).dataDir).toBe('/data/flag')
    expect(flagValue(['x', '--data-dir=/a=b'], 'data-dir')).toBe('/a=b')
    expect(flagValue(['x', '--data-directory', '/a'], 'data-dir')).toBeUndefined()
  })
})
