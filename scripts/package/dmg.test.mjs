import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeDmg } from './dmg.mjs'
import { writeUdif } from './udif.mjs'

const isHere = (/** @type {string} */ command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'graft-dmg-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What 7-Zip says of a disk image after it has read all of it, sums included. @param {string} file */
const tested = (file) => spawnSync('7z', ['t', '-tdmg', file], { encoding: 'utf8' })

describe('a disk image for macOS', () => {
  it.skipIf(!isHere('7z'))('gives back every byte of the disk, and its sums hold', async () => {
    // Two whole pieces and a part that is no whole sector.
    const content = Buffer.concat([randomBytes(1 << 20), Buffer.alloc(1 << 20), Buffer.from('the end')])
    const [image, file] = ['disk.img', 'disk.dmg'].map((name) => path.join(folder, name))
    await writeFile(image, content)
    await writeUdif(image, file, 'Disk')
    expect(tested(file).stdout).toContain('Everything is Ok')
    const out = path.join(folder, 'out')
    expect(spawnSync('7z', ['x', '-tdmg', `-o${out}`, file]).status).toBe(0)
    const [name = ''] = await readdir(out)
    const back = await readFile(path.join(out, name))
    expect(back.length % 512).toBe(0)
    expect(back.subarray(0, content.length).equals(content)).toBe(true)
    expect(back.subarray(content.length).every((byte) => byte === 0)).toBe(true)

    // A changed byte is noticed: the sums are of what is there.
    const damaged = await readFile(file)
    damaged[1000] ^= 1
    await writeFile(file, damaged)
    expect(tested(file).stdout).not.toContain('Everything is Ok')
  })

  it.skipIf(process.platform !== 'linux' || !isHere('xorriso') || !isHere('7z'))('holds the application with its links, and a link to drag it to', async () => {
    const unpacked = path.join(folder, 'unpacked')
    const contents = path.join(unpacked, 'Graft.app', 'Contents')
    await mkdir(path.join(contents, 'MacOS'), { recursive: true })
    await writeFile(path.join(contents, 'MacOS', 'Graft'), 'program')
    await symlink('MacOS', path.join(contents, 'Current'))
    const file = path.join(folder, 'graft.dmg')
    await makeDmg({ unpacked, file })
    // The application is where it was.
    expect(await readFile(path.join(contents, 'MacOS', 'Graft'), 'utf8')).toBe('program')
    expect(tested(file).stdout).toContain('Everything is Ok')
    spawnSync('7z', ['x', '-tdmg', `-o${path.join(folder, 'disk')}`, file])
    const [image = ''] = await readdir(path.join(folder, 'disk'))
    const out = path.join(folder, 'out')
    expect(spawnSync('7z', ['x', '-thfs', `-o${out}`, path.join(folder, 'disk', image)]).status).toBe(0)
    const disk = path.join(out, 'Graft')
    expect((await readdir(disk)).filter((name) => !name.startsWith('.')).sort()).toEqual(['Applications', 'Graft.app'])
    expect(await readFile(path.join(disk, 'Graft.app', 'Contents', 'MacOS', 'Graft'), 'utf8')).toBe('program')
    // 7-Zip writes a link as a file with its target in it.
    for (const [link, target] of [['Applications', '/Applications'], ['Graft.app/Contents/Current', 'MacOS']]) {
      const place = path.join(disk, link)
      expect((await lstat(place)).isSymbolicLink() || await readFile(place, 'utf8') === target).toBe(true)
    }
  })
})
