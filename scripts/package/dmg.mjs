import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { howToInstall, SetupProblem } from '../setup/problem.mjs'
import { lastLine, runTool } from '../setup/run-tool.mjs'
import { writeUdif } from './udif.mjs'

const volume = 'Graft'

/**
 * Makes a .dmg of the application for macOS: a disk with Graft.app and a link to the folder of applications, to drag the one
 * on the other. A Mac's own hdiutil makes it there; elsewhere xorriso makes the disk (HFS+), which is then packed.
 * @param {{ unpacked: string, file: string }} options `unpacked`: the folder that holds Graft.app
 */
export async function makeDmg({ unpacked, file }) {
  await rm(file, { force: true })
  const workshop = await mkdtemp(path.join(path.dirname(file), '.graft-dmg-'))
  const application = path.join(unpacked, 'Graft.app')
  const folder = path.join(workshop, 'disk')
  try {
    await mkdir(folder)
    await symlink('/Applications', path.join(folder, 'Applications'))
    // Its place, not a copy: it is close to a gigabyte.
    await rename(application, path.join(folder, 'Graft.app'))
    if (process.platform === 'darwin') {
      await runOrFail('hdiutil', ['create', '-volname', volume, '-srcfolder', folder, '-fs', 'HFS+', '-format', 'UDZO', '-ov', file], 'macOS')
    } else {
      const image = path.join(workshop, 'disk.img')
      await runOrFail('xorriso', ['-as', 'mkisofs', '-quiet', '-hfsplus', '-V', volume, '-o', image, folder], 'xorriso')
      await writeUdif(image, file, volume)
    }
  } finally {
    await rename(path.join(folder, 'Graft.app'), application).catch(() => undefined)
    await rm(workshop, { recursive: true, force: true })
  }
}

/** @param {string} command @param {string[]} givenArguments @param {string} packageName */
async function runOrFail(command, givenArguments, packageName) {
  const { code, missing, output } = await runTool(command, givenArguments, { timeoutMs: 20 * 60_000 })
  if (missing) throw new SetupProblem(`there is no ${command} here, which makes the .dmg`, howToInstall(packageName))
  if (code !== 0) throw new SetupProblem(`the .dmg could not be made: ${lastLine(output)}`, `see what ${command} says`)
}
