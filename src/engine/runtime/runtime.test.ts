import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { GraftError } from '../../contract/errors'
import { detectBackends, deviceProblem, openBackend } from '.'
import { findNativeRuntime } from './location'

let cacheDir: string
beforeAll(async () => { cacheDir = await mkdtemp(join(tmpdir(), 'graft-runtime-')) })
afterAll(() => rm(cacheDir, { recursive: true, force: true }))
afterEach(() => { delete process.env.GRAFT_RUNTIME_DIR })

async function setUp(content: unknown, folder = join(cacheDir, 'runtime')): Promise<string> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'current.json'), typeof content === 'string' ? content : JSON.stringify(content))
  return folder
}
const tensorflow = (kind: 'cpu' | 'gpu', binding: string) => ({ schemaVersion: 1, tensorflow: { kind, version: '2.16.1', folder: '.', binding } })
const refusal = (attempt: Promise<unknown>): Promise<unknown> => attempt.then(() => undefined, (error: unknown) => error)

describe('the native library', () => {
  it('that was never set up is told from one that is damaged', async () => {
    expect(findNativeRuntime(join(cacheDir, 'none'))).toMatchObject({ found: false, reason: 'not-set-up' })
    await setUp({ schemaVersion: 1, problems: [] })
    expect(findNativeRuntime(cacheDir)).toMatchObject({ found: false, reason: 'not-set-up' })
    await setUp({ schemaVersion: 1, problems: [{ step: 'tensorflow', reason: 'pip is not installed', remedy: 'install pip' }] })
    const { backends } = await detectBackends(cacheDir)
    expect(backends[1]).toMatchObject({
      kind: 'cpu', available: false, reason: { en: 'TensorFlow could not be set up: pip is not installed.' }, remedy: { en: 'What to do: install pip' }
    })
    const folder = await setUp('{')
    expect(findNativeRuntime(cacheDir)).toMatchObject({ found: false, reason: 'damaged', file: join(folder, 'current.json') })
    await setUp(tensorflow('cpu', 'gone.node'))
    expect(findNativeRuntime(cacheDir)).toMatchObject({ found: false, reason: 'damaged', file: join(folder, 'gone.node') })
  })

  it('of an installed program is found beside its record, wherever it was installed', async () => {
    const folder = await setUp(tensorflow('cpu', 'tensorflow/tfjs_binding.node'), join(cacheDir, 'installed'))
    await mkdir(join(folder, 'tensorflow'))
    await writeFile(join(folder, 'tensorflow', 'tfjs_binding.node'), '')
    process.env.GRAFT_RUNTIME_DIR = folder
    expect(findNativeRuntime('elsewhere')).toEqual({
      found: true, runtime: { kind: 'cpu', version: '2.16.1', binding: join(folder, 'tensorflow', 'tfjs_binding.node') }
    })
  })
})

describe('a device asked for by name', () => {
  it('that cannot be there is refused before a run exists', async () => {
    const missing = { code: 'backend-unavailable', field: 'device', remedy: { en: expect.any(String) as string } }
    expect(deviceProblem('cpu', join(cacheDir, 'none'))).toMatchObject(missing)
    const folder = await setUp(tensorflow('cpu', 'tfjs_binding.node'))
    await writeFile(join(folder, 'tfjs_binding.node'), '')
    expect(deviceProblem('gpu', cacheDir)).toMatchObject(missing)
    for (const device of ['cpu', 'wasm', 'auto'] as const) expect(deviceProblem(device, cacheDir)).toBeUndefined()
  })
})

describe('where the native library is broken', () => {
  beforeAll(async () => {
    const folder = await setUp(tensorflow('cpu', 'broken.node'))
    await writeFile(join(folder, 'broken.node'), 'not a library')
  })

  it('the doctor says so, and which backend runs instead, with reason and remedy in both languages', async () => {
    const { chosen, backends } = await detectBackends(cacheDir)
    expect(chosen.kind).toBe('wasm')
    expect(backends.map(({ kind, available, chosen: isChosen }) => [kind, available, isChosen])).toEqual([
      ['gpu', false, false], ['cpu', false, false], ['wasm', true, true]
    ])
    expect(backends[1]!.reason!.en).toContain('TensorFlow does not load')
    for (const { reason, remedy } of backends.slice(0, 2)) {
      for (const text of [reason, remedy]) expect([text?.en, text?.zh].every((sentence) => (sentence ?? '').length > 5)).toBe(true)
    }
  })

  it('a device asked for by name is refused with reason and remedy, and auto takes the one that is always there', async () => {
    const gpu = await refusal(openBackend('gpu', { cacheDir }))
    expect(gpu).toBeInstanceOf(GraftError)
    expect(gpu).toMatchObject({ code: 'backend-unavailable', value: { field: 'device', remedy: { en: expect.any(String) as string } } })
    expect(await refusal(openBackend('cpu', { cacheDir }))).toMatchObject({
      code: 'backend-unavailable', message: expect.stringContaining('TensorFlow does not load') as string
    })
    const opened = await openBackend('auto', { cacheDir })
    expect(opened).toMatchObject({ kind: 'wasm', threads: 1 })
    expect(await openBackend('wasm', { cacheDir })).toEqual(opened)
    expect(await refusal(openBackend('cpu', { cacheDir }))).toMatchObject({ code: 'backend-already-open' })
  })

  it('the handlers that WebAssembly\'s start adds are gone, so that an uncaught error keeps its own exit code', () => {
    const names = (event: string) => process.rawListeners(event).map((listener) => String(listener))
    expect(names('unhandledRejection').filter((text) => text.includes('throw reason'))).toEqual([])
    expect(names('uncaughtException').filter((text) => text.includes('ExitStatus'))).toEqual([])
  })
})
