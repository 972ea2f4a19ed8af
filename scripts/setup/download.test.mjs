import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureDownload, requireSpace } from './download.mjs'
import { removeAbandoned } from './parts.mjs'

const content = 'the whole file'
const pinned = { file: 'part.whl', sha256: createHash('sha256').update(content).digest('hex'), megabytes: 1 }

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'graft-download-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/**
 * A registry that answers with each text in turn, the last one for ever.
 * @param {string[]} answers
 */
function registry(...answers) {
  const asked = { times: 0 }
  const fetch = async (/** @type {string} */ into) => {
    const answer = answers[Math.min(asked.times, answers.length - 1)]
    asked.times += 1
    await writeFile(path.join(into, 'any-name'), answer)
  }
  return { asked, fetch }
}

describe('a download', () => {
  it('takes its place only when its SHA-256 is right, and is not fetched again', async () => {
    const { asked, fetch } = registry(content)
    const file = await ensureDownload(pinned, folder, fetch)
    expect(await readFile(file, 'utf8')).toBe(content)
    await ensureDownload(pinned, folder, fetch)
    expect(asked.times).toBe(1)
  })

  it('with a wrong hash is deleted and fetched once more', async () => {
    const { asked, fetch } = registry('something else', content)
    expect(await readFile(await ensureDownload(pinned, folder, fetch), 'utf8')).toBe(content)
    expect(asked.times).toBe(2)
  })

  it('that is wrong twice is refused with its name, and leaves nothing', async () => {
    const { asked, fetch } = registry('something else')
    await expect(ensureDownload(pinned, folder, fetch)).rejects.toThrow(/part\.whl came twice with the wrong SHA-256/)
    expect(asked.times).toBe(2)
    expect(await readdir(folder)).toEqual([])
  })

  it('that was damaged on the disk is replaced', async () => {
    await writeFile(path.join(folder, pinned.file), 'the whole fi')
    const { asked, fetch } = registry(content)
    expect(await readFile(await ensureDownload(pinned, folder, fetch), 'utf8')).toBe(content)
    expect(asked.times).toBe(1)
  })

  it('killed half-way is started anew by the next set-up, which clears what was left', async () => {
    const script = `
      import { writeFile } from 'node:fs/promises'
      import { ensureDownload } from ${JSON.stringify(new URL('./download.mjs', import.meta.url).href)}
      await ensureDownload(${JSON.stringify(pinned)}, ${JSON.stringify(folder)}, async (into) => {
        await writeFile(into + '/half', 'the who')
        process.stdout.write('half')
        setInterval(() => {}, 1000)
        await new Promise(() => {})
      })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')
    expect((await readdir(folder)).length).toBe(1)

    await removeAbandoned(folder)
    expect(await readdir(folder)).toEqual([])
    await ensureDownload(pinned, folder, registry(content).fetch)
    expect(await readdir(folder)).toEqual([pinned.file])
  })

  it('that fails leaves nothing and passes the reason on', async () => {
    await expect(ensureDownload(pinned, folder, async (into) => {
      await mkdir(path.join(into, 'half'))
      throw new Error('no network')
    })).rejects.toThrow('no network')
    expect(await readdir(folder)).toEqual([])
  })

  it('larger than the free space is refused before it starts', async () => {
    await expect(requireSpace(folder, 1e12)).rejects.toThrow(/MB free and 1000000000000 MB are needed/)
    const huge = { ...pinned, megabytes: 1e12 }
    await expect(ensureDownload(huge, folder, registry(content).fetch)).rejects.toMatchObject({
      remedy: expect.stringContaining('GRAFT_CACHE_DIR')
    })
  })
})
