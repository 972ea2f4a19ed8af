import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setUp } from './index.mjs'
import { ensurePart } from './parts.mjs'
import { cachePaths } from './paths.mjs'
import { SetupProblem } from './problem.mjs'

/** @type {import('./paths.mjs').CachePaths} */
let cache
/** @type {string[]} */
let lines
beforeEach(async () => {
  cache = cachePaths({ GRAFT_CACHE_DIR: await mkdtemp(path.join(os.tmpdir(), 'graft-setup-')) })
  lines = []
})
afterEach(() => rm(cache.root, { recursive: true, force: true }))

/** @param {Partial<Parameters<typeof setUp>[0]>} options */
const run = (options) => setUp({ cache, print: (line) => lines.push(line), ...options })
const written = async () => JSON.parse(await readFile(cache.current, 'utf8'))

/** @type {import('./step.mjs').Step} */
const node = {
  id: 'node', title: 'tiny Node', provides: 'node',
  async run(context) {
    const { folder, made } = await ensurePart(context.cache.runtime, 'node-1', 'key', (to) => writeFile(path.join(to, 'node'), 'x'))
    context.current.node = { version: '1', path: path.join(folder, 'node') }
    return { did: made, detail: '1' }
  }
}
/** @type {import('./step.mjs').Step} */
const broken = {
  id: 'binding', title: 'broken', provides: 'tensorflow',
  async run() {
    throw new SetupProblem('there is no compiler', 'install one')
  }
}

describe('set-up', () => {
  it('writes which parts are in use', async () => {
    await run({ steps: [node] })
    expect(await written()).toEqual({
      schemaVersion: 1, problems: [], node: { version: '1', path: path.join(cache.runtime, 'node-1', 'node') }
    })
  })

  it('does nothing the second time, and prints nothing when asked to be quiet', async () => {
    await run({ steps: [node], quiet: true })
    expect(lines).toHaveLength(1)
    await run({ steps: [node], quiet: true })
    expect(lines).toHaveLength(1)
  })

  it('names what failed and what to do, records it, and goes on without TensorFlow', async () => {
    const { usable, current } = await run({ steps: [broken, node] })
    expect(usable).toBe(true)
    expect(current.tensorflow).toBeUndefined()
    expect(current.node?.version).toBe('1')
    expect((await written()).problems).toEqual([{ step: 'binding', reason: 'there is no compiler', remedy: 'install one' }])
    expect(lines[0]).toMatch(/^failed +broken .*there is no compiler\n +what to do: install one$/)
  })

  it('forgets a problem once it is mended', async () => {
    await run({ steps: [broken] })
    await run({ steps: [{ ...broken, run: async () => ({ did: true, detail: 'compiled' }) }] })
    expect((await written()).problems).toEqual([])
  })

  it('stops only when an essential step fails, and keeps what the last one found for the rest', async () => {
    await run({ steps: [node] })
    lines.length = 0
    const { usable } = await run({ steps: [{ ...broken, essential: true }, node] })
    expect(usable).toBe(false)
    expect(lines).toHaveLength(1)
    expect((await written()).node.version).toBe('1')
  })

  it('keeps what the last one found for a step that is left out', async () => {
    await run({ steps: [broken, node] })
    await run({ steps: [broken, node], without: ['binding', 'node'] })
    expect(await written()).toMatchObject({ node: { version: '1' }, problems: [{ step: 'binding' }] })
  })

  it('says that its folder cannot be written, and goes on', async () => {
    // A file where the folder should be stops root, too.
    await writeFile(path.join(cache.root, 'file'), '')
    const { usable } = await run({ steps: [node], cache: cachePaths({ GRAFT_CACHE_DIR: path.join(cache.root, 'file') }) })
    expect(usable).toBe(true)
    expect(lines.join('\n')).toMatch(/set-up cannot write at .*file.*\n.*GRAFT_CACHE_DIR/)
  })

  it('takes a damaged record for none', async () => {
    await run({ steps: [node] })
    await writeFile(cache.current, '{"schemaVersion": 1')
    expect((await run({ steps: [node] })).current.node?.version).toBe('1')
  })
})

describe('the cache folder', () => {
  it.each([
    ['linux', {}, '/home/ada/.cache/graft'],
    ['linux', { XDG_CACHE_HOME: '/var/cache/ada' }, '/var/cache/ada/graft'],
    ['darwin', {}, '/home/ada/Library/Caches/graft'],
    ['linux', { GRAFT_CACHE_DIR: '/mnt/big' }, '/mnt/big']
  ])('on %s with %o is %s', (platform, environment, folder) => {
    expect(cachePaths(environment, /** @type {NodeJS.Platform} */ (platform), '/home/ada').root).toBe(folder)
  })
})
