import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { howToInstall, SetupProblem } from '../setup/problem.mjs'
import { lastLine, runTool } from '../setup/run-tool.mjs'
import { bytesIn } from './files.mjs'

/** How the installer's content is compressed: what NSIS calls it, by the name on the command line. */
export const compressions = { lzma: '/SOLID lzma', zlib: 'zlib', none: 'none' }

/**
 * Makes an installer for one person (NSIS) of the unpacked program.
 * @param {{ project: string, unpacked: string, version: string, compression: keyof typeof compressions, file: string }} options
 */
export async function makeWindowsInstaller({ project, unpacked, version, compression, file }) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'graft-nsis-'))
  try {
    const { install, remove } = fileLists(await tree(unpacked), unpacked)
    // NSIS takes a list without this mark for the system's old letters.
    const lists = { INSTALL_FILES: install, REMOVE_FILES: remove }
    for (const [name, text] of Object.entries(lists)) await writeFile(path.join(folder, `${name}.nsh`), `\uFEFF${text}`)
    const defines = {
      VERSION: version, NUMBERS: `${version.replace(/[^\d.].*$/, '')}.0`, OUTPUT: file, ICON: path.join(project, 'resources', 'icons', 'icon.ico'),
      COMPRESSION: compressions[compression], SIZE_KB: String(Math.ceil(await bytesIn(unpacked) / 1024)),
      ...Object.fromEntries(Object.keys(lists).map((name) => [name, path.join(folder, `${name}.nsh`)]))
    }
    const { code, missing, output } = await runTool('makensis', [
      '-V2', '-INPUTCHARSET', 'UTF8', ...Object.entries(defines).map(([name, value]) => `-D${name}=${value}`),
      path.join(project, 'resources', 'installer', 'graft.nsi')
      // Elsewhere than in a language with UTF-8, makensis finds no file with foreign letters in its name.
    ], { environment: { ...process.env, LC_ALL: 'C.UTF-8' } })
    if (missing) throw new SetupProblem('there is no makensis here, which makes the installer', howToInstall('nsis', { win32: 'winget install NSIS.NSIS' }))
    if (code !== 0) throw new SetupProblem(`the installer could not be made: ${/^File: .*$/m.exec(output)?.[0] ?? lastLine(output)}`, 'see what makensis says')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Every folder and file below one, by relative path with `/`, a folder before what is in it.
 * @param {string} folder
 * @returns {Promise<{ folders: string[], files: string[] }>}
 */
async function tree(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const relative = (/** @type {import('node:fs').Dirent} */ entry) => (
    path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')
  )
  return {
    folders: entries.filter((entry) => entry.isDirectory()).map(relative).sort(),
    files: entries.filter((entry) => entry.isFile()).map(relative).sort()
  }
}

/**
 * What the installer writes and the uninstaller deletes. Each file by name, and a folder only when it is empty: whatever
 * else lies there is the person's.
 * @param {{ folders: string[], files: string[] }} tree
 * @param {string} source
 */
export function fileLists({ folders, files }, source) {
  const places = ['', ...folders]
  const install = places.flatMap((folder) => [
    `SetOutPath "$INSTDIR${folder === '' ? '' : `\\${onWindows(folder)}`}"`,
    ...files.filter((file) => path.posix.dirname(file) === (folder || '.')).map((file) => `File "${path.join(source, file)}"`)
  ])
  const remove = [
    ...files.map((file) => `Delete "$INSTDIR\\${onWindows(file)}"`),
    ...folders.toReversed().map((folder) => `RMDir "$INSTDIR\\${onWindows(folder)}"`)
  ]
  return { install: `${install.join('\n')}\n`, remove: `${remove.join('\n')}\n` }
}

/** @param {string} name a path in a script of NSIS, where `$` begins a variable */
const escape = (name) => name.replaceAll('$', '$$$$')

/** @param {string} file */
const onWindows = (file) => escape(file).replaceAll('/', '\\')
