import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectFolder } from '../../scripts/setup/paths.mjs'

const run = promisify(execFile)
const missing = process.platform === 'linux'
  ? ['rpmbuild', 'mksquashfs'].filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)
  : ['Linux']
if (missing.length > 0) console.info(`Skipped: an .rpm and an AppImage are made with ${missing.join(', ')}, which this machine lacks.`)

/** @type {string} */
let workshop
/** @type {string[]} */
let files
const made = (/** @type {string} */ ending) => path.join(workshop, files.find((name) => name.endsWith(ending)) ?? 'nothing')
/** What the command line says of itself, in the surroundings of a person who has no checkout. @param {string} command @param {NodeJS.ProcessEnv} [environment] */
async function doctor(command, environment = {}) {
  const home = mkdtempSync(path.join(workshop, 'home-'))
  const { stdout } = await run(command, ['doctor', '--json'], { env: { PATH: '/usr/bin:/bin', HOME: home, ...environment }, maxBuffer: 2 ** 24 })
  // An older AppImage that has to unpack itself lists its files, and says a part of that, broken off in mid-line, only at its end.
  return JSON.parse(/\{"chosen":.*\}$/m.exec(stdout)?.[0] ?? stdout)
}

describe.skipIf(missing.length > 0)('the packages for Linux beside the .deb', () => {
  beforeAll(async () => {
    workshop = mkdtempSync(path.join(os.tmpdir(), 'graft-linux-'))
    await run(process.execPath, [
      path.join(projectFolder, 'scripts', 'package.mjs'), '--form', 'rpm', '--form', 'AppImage', '--compression', 'zstd:1', '--output', workshop
    ], { maxBuffer: 2 ** 24 })
    files = readdirSync(workshop)
  }, 900_000)
  afterAll(() => rmSync(workshop, { recursive: true, force: true }))

  it('an .rpm installs, computes natively and goes again', async () => {
    const root = path.join(workshop, 'root')
    mkdirSync(root)
    const rpm = (/** @type {string[]} */ ...words) => run('rpm', ['--root', root, ...words])
    await rpm('--initdb')
    // The libraries it needs are Debian's here, of which rpm knows nothing.
    await rpm('--install', '--nodeps', '--ignoreos', made('.rpm'))
    expect((await rpm('--query', 'graft')).stdout).toMatch(/^graft-\d/)
    expect(await doctor(path.join(root, 'usr', 'lib', 'graft', 'resources', 'bin', 'graft'))).toMatchObject({ chosen: { kind: 'cpu' } })
    for (const place of ['usr/bin/graft', 'usr/share/applications/graft.desktop', 'usr/share/icons/hicolor/256x256/apps/graft.png']) {
      expect([place, existsSync(path.join(root, place))]).toEqual([place, true])
    }
    await rpm('--erase', '--nodeps', 'graft')
    expect(existsSync(path.join(root, 'usr', 'lib', 'graft'))).toBe(false)
  }, 300_000)

  it('an .rpm asks for libraries that this system has too, by the names that the system gives them', async () => {
    const { stdout } = await run('rpm', ['--query', '--requires', '--package', made('.rpm')])
    const wanted = stdout.match(/^lib\S+\.so[.\d]*(?=\(\)\(64bit\))/gm) ?? []
    expect(wanted.length).toBeGreaterThan(10)
    const { stdout: known } = await run('/sbin/ldconfig', ['--print-cache'], { maxBuffer: 2 ** 24 })
    for (const library of wanted) expect(known).toContain(`\t${library} `)
  })

  it('an AppImage computes natively where it lies, and keeps its data beside itself where there is a folder for it', async () => {
    const command = path.join(workshop, 'graft')
    symlinkSync(made('.AppImage'), command)
    // Without FUSE, which a container has not.
    const environment = { APPIMAGE_EXTRACT_AND_RUN: '1', TMPDIR: workshop }
    expect(await doctor(command, environment)).toMatchObject({ chosen: { kind: 'cpu' } })
    mkdirSync(path.join(workshop, 'graft-data'))
    const { folders } = await doctor(command, environment)
    expect(folders).toEqual({ data: path.join(workshop, 'graft-data'), cache: path.join(workshop, 'graft-data', 'cache') })
  }, 300_000)
})
