import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { takeFromTar } from '../setup/archives.mjs'
import { cachePaths } from '../setup/paths.mjs'
import { SetupProblem } from '../setup/problem.mjs'
import { fetchNpmPackage } from '../setup/registries.mjs'
import { copyFolder } from './files.mjs'

/** @typedef {{ version: string, integrity: string, optionalDependencies?: Record<string, string> }} Locked */

/**
 * The packages with sharp's native library for another system: npm leaves them out here, and the lock names them.
 * @param {{ project: string, target: string, to: string }} options `to`: the `node_modules` they go into
 */
export async function stageForeignSharp({ project, target, to }) {
  const { packages } = /** @type {{ packages: Record<string, Locked | undefined> }} */ (
    JSON.parse(await readFile(path.join(project, 'package-lock.json'), 'utf8'))
  )
  const first = `@img/sharp-${target}`
  const names = [first, ...Object.keys(packages[`node_modules/${first}`]?.optionalDependencies ?? {})]
  for (const name of names) {
    const locked = packages[`node_modules/${name}`]
    if (locked === undefined) throw new SetupProblem(`package-lock.json names no ${name}`, 'npm install, then npm run package')
    const folder = await unpacked(name, locked)
    await copyFolder(folder, path.join(to, name), (file) => !/\.(d\.ts|h)$/.test(file))
  }
}

/**
 * @param {string} name
 * @param {Locked} locked
 * @returns {Promise<string>} the folder in the cache that holds the package, its hash that of the lock
 */
async function unpacked(name, { version, integrity }) {
  const { runtime, log } = cachePaths()
  const folder = path.join(runtime, `${name.replace('/', '-').replace('@', '')}-${version}`)
  const whole = await readFile(path.join(folder, 'package.json'), 'utf8').then(() => true, () => false)
  if (whole) return folder
  await mkdir(runtime, { recursive: true })
  const workshop = await mkdtemp(path.join(runtime, `.partial-${process.pid}-`))
  try {
    await fetchNpmPackage({ package: name, version, file: '', sha256: '', megabytes: 0 }, workshop, log)
    const [archive] = await readdir(workshop)
    const [, algorithm, wanted] = /^(sha\d+)-(.+)$/.exec(integrity) ?? []
    const found = createHash(algorithm).update(await readFile(path.join(workshop, archive))).digest('base64')
    if (found !== wanted) throw new SetupProblem(`${name} ${version} came with another hash than package-lock.json has`, 'check which index npm uses')
    await mkdir(path.join(workshop, 'content'))
    await takeFromTar(path.join(workshop, archive), path.join(workshop, 'content'), () => true, 1)
    // package.json tells a whole folder from one that was being copied: it comes last.
    await copyFolder(path.join(workshop, 'content'), folder, (file) => file !== 'package.json')
    await copyFolder(path.join(workshop, 'content', 'package.json'), path.join(folder, 'package.json'))
    return folder
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}
