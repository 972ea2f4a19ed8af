import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nodeLicence } from './notices.mjs'

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'graft-notices-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** @param {string} file */
async function put(file) {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
  await writeFile(path.join(folder, file), '')
  return path.join(folder, file)
}

it('Node\'s licence is the one beside the first Node that has it, as archives and systems lay it out', async () => {
  const [bare, unpacked, installed] = [await put('bare/bin/node.exe'), await put('unpacked/bin/node'), await put('usr/bin/node')]
  const [archives, systems] = [await put('unpacked/LICENSE'), await put('usr/share/doc/nodejs/copyright')]
  expect(nodeLicence([bare, unpacked])).toBe(archives)
  expect(nodeLicence([installed])).toBe(systems)
})

it('no package is made of a Node without its licence', async () => {
  const bare = await put('bare/bin/node.exe')
  expect(() => nodeLicence([bare])).toThrow(expect.objectContaining({ remedy: expect.stringContaining('npm run setup -- --only node') }))
})
