import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { projectFolder } from '../setup/paths.mjs'
import { fileLists, makeWindowsInstaller } from './windows.mjs'

const isHere = (/** @type {string} */ command) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0

/** @type {string} */
let folder
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'graft-installer-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('the installer for Windows', () => {
  it('writes each file into its folder, and deletes by name what it wrote, a folder only when it is empty', () => {
    const { install, remove } = fileLists({ folders: ['a', 'a/b'], files: ['Graft.exe', 'a/$x.txt', 'a/b/y'] }, '/from')
    expect(install.trim().split('\n')).toEqual([
      'SetOutPath "$INSTDIR"', 'File "/from/Graft.exe"', 'SetOutPath "$INSTDIR\\a"', 'File "/from/a/$x.txt"', 'SetOutPath "$INSTDIR\\a\\b"', 'File "/from/a/b/y"'
    ])
    expect(remove.trim().split('\n')).toEqual([
      'Delete "$INSTDIR\\Graft.exe"', 'Delete "$INSTDIR\\a\\$$x.txt"', 'Delete "$INSTDIR\\a\\b\\y"', 'RMDir "$INSTDIR\\a\\b"', 'RMDir "$INSTDIR\\a"'
    ])
  })

  it('deletes no folder with what is in it', async () => {
    expect(await readFile(path.join(projectFolder, 'resources', 'installer', 'graft.nsi'), 'utf8')).not.toMatch(/RMDir\s+\/r/i)
  })

  it.skipIf(!isHere('makensis'))('is a 64-bit program that makensis makes of any folder', async () => {
    const unpacked = path.join(folder, 'unpacked')
    await mkdir(path.join(unpacked, 'resources', 'bin'), { recursive: true })
    for (const name of ['Graft.exe', 'resources/bin/graft.cmd', 'resources/学习 $file.txt']) await writeFile(path.join(unpacked, name), name)
    const file = path.join(folder, 'graft.exe')
    await makeWindowsInstaller({ project: projectFolder, unpacked, version: '1.2.3-beta.1', compression: 'zlib', file })
    const made = await readFile(file)
    expect((await stat(file)).size).toBeGreaterThan(50_000)
    expect(made.readUInt16LE(made.readUInt32LE(0x3C) + 4)).toBe(0x8664)
    await expect(makeWindowsInstaller({ project: projectFolder, unpacked: path.join(folder, 'nothing'), version: '1', compression: 'none', file }))
      .rejects.toThrow()
  })
})
