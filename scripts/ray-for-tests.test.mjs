import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { bringRay, wanted } from './ray-for-tests.mjs'

let cache = ''
/** @type {string[][]} */
let called = []
beforeEach(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'graft-ray-for-tests-'))
  called = []
})
afterEach(() => rm(cache, { recursive: true, force: true }))

/** @typedef {import('./setup/run-tool.mjs').ToolResult} ToolResult */
const well = { code: 0, missing: false, timedOut: false, signal: null, output: '', stdout: '' }
const place = async () => {
  await mkdir(path.join(cache, 'ray', 'bin'), { recursive: true })
  await writeFile(path.join(cache, 'ray', 'bin', 'ray'), '')
}
/** @param {Partial<ToolResult>} made @param {Partial<ToolResult>} filled */
const bring = (made, filled, put = true) => bringRay(cache, {
  environment: {}, platform: 'linux',
  run: async (command, words) => {
    called.push([command, ...words])
    if (words[1] === 'venv') {
      await mkdir(path.join(cache, 'ray'), { recursive: true })
      return { ...well, ...made }
    }
    if (put) await place()
    return { ...well, ...filled }
  }
})

it('brings one version of Ray into the cache, once', async () => {
  expect(await bring({}, {})).toBeUndefined()
  expect(called.map((words) => words.at(-1))).toEqual([path.join(cache, 'ray'), wanted])
  expect(called[1]?.[0]).toBe(path.join(cache, 'ray', 'bin', 'python'))
  expect(await bring({}, {})).toBeUndefined()
  expect(called).toHaveLength(2)
})

it.each([
  ['there is no Python on this machine', { code: -1, missing: true }, {}],
  ['pip does not reach its package index', {}, { code: 1, output: 'ERROR: Max retries exceeded with url' }],
  ['ERROR: No matching distribution found', {}, { code: 1, output: 'ERROR: No matching distribution found\n' }],
  ['it took longer than 300 seconds', {}, { code: -1, timedOut: true }],
  ['it printed nothing', {}, {}]
])('says that %s, and leaves nothing half done', async (why, made, filled) => {
  expect(await bring(made, filled, false)).toBe(why)
  expect(existsSync(path.join(cache, 'ray'))).toBe(false)
})

it('brings another version in the place of an earlier one, and nothing while another test does', async () => {
  await place()
  const lock = path.join(cache, 'ray.lock')
  await mkdir(lock)
  expect(await bring({}, {})).toBe('another test of this machine is bringing it')
  expect(called).toEqual([])
  const longAgo = new Date(Date.now() - 3_600_000)
  await utimes(lock, longAgo, longAgo)
  expect(await bring({}, {})).toBeUndefined()
  expect([called.length, existsSync(lock)]).toEqual([2, false])
})

it('brings nothing where Ray is named, or where it has no clusters', async () => {
  const run = () => Promise.reject(new Error('called'))
  expect(await bringRay(cache, { environment: { GRAFT_RAY: '/opt/ray/bin/ray' }, platform: 'linux', run })).toBeUndefined()
  expect(await bringRay(cache, { environment: {}, platform: 'win32', run })).toContain('Linux')
})
