import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compressDebian, membersOf } from './deb-compression.mjs'

const missing = ['dpkg-deb', 'xz'].filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'graft-deb-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** An uncompressed .deb with one file in it. @param {Buffer} content */
async function makeDeb(content) {
  const root = path.join(folder, 'root')
  await mkdir(path.join(root, 'DEBIAN'), { recursive: true })
  await mkdir(path.join(root, 'usr', 'lib'), { recursive: true })
  await writeFile(path.join(root, 'usr', 'lib', 'content'), content)
  await writeFile(path.join(root, 'DEBIAN', 'control'), 'Package: small\nVersion: 1\nArchitecture: amd64\nMaintainer: Nobody\nDescription: Small\n')
  const file = path.join(folder, 'small.deb')
  const { status, stderr } = spawnSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', root, file], { encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return file
}

describe.skipIf(missing.length > 0)('a .deb compressed with the filter for machine code', () => {
  it('is read by dpkg-deb, and gives back what was put in', async () => {
    // Node's own program: what the filter is for, and more than one window of it.
    const content = (await readFile(process.execPath)).subarray(0, 3_000_001)
    const file = await makeDeb(content)
    await compressDebian(file, 1)
    expect((await membersOf(file)).map(({ name }) => name)).toEqual(['debian-binary', 'control.tar.xz', 'data.tar.xz'])
    const out = path.join(folder, 'out')
    const { status, stderr } = spawnSync('dpkg-deb', ['--extract', file, out], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    expect((await readFile(path.join(out, 'usr', 'lib', 'content'))).equals(content)).toBe(true)
    expect(spawnSync('dpkg-deb', ['--field', file, 'Package'], { encoding: 'utf8' }).stdout).toBe('small\n')
    expect((await readFile(file)).length).toBeLessThan(content.length / 2)
  })

  it('is the same bytes when it is made again', async () => {
    const file = await makeDeb(Buffer.from('the same'))
    const plain = await readFile(file)
    await compressDebian(file, 1)
    const first = await readFile(file)
    await writeFile(file, plain)
    await compressDebian(file, 1)
    expect((await readFile(file)).equals(first)).toBe(true)
  })

  it('says so where a file is no .deb', async () => {
    const file = path.join(folder, 'other.deb')
    await writeFile(file, 'something else, which is long enough')
    await expect(compressDebian(file, 1)).rejects.toThrow('is no .deb')
    expect(await readFile(file, 'utf8')).toBe('something else, which is long enough')
  })
})
