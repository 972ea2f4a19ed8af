import { mkdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build.mjs'
import { makeDebian } from './package/debian.mjs'
import { bytesIn, megabytes } from './package/files.mjs'
import { stage } from './package/stage.mjs'
import { setUp } from './setup/index.mjs'
import { projectFolder } from './setup/paths.mjs'
import { asProblem, SetupProblem } from './setup/problem.mjs'
import { lastLine, runTool } from './setup/run-tool.mjs'

// `npm run package`: a .deb and a .tar.gz on Linux, an installer on Windows, a disk image on macOS, with everything in it.

/** @typedef {'deb' | 'tar.gz'} LinuxForm */

/**
 * @param {{ forms?: LinuxForm[], compression?: string, output?: string, print?: (line: string) => void }} [options]
 *   `compression` of the .deb: `xz`, `zstd`, `gzip` or `none`, and after a colon its level
 * @returns {Promise<string[]>} the files made
 */
export async function makePackages(options = {}) {
  const { forms = ['deb', 'tar.gz'], compression = 'xz', output = path.join(projectFolder, 'dist'), print = printLine } = options
  const { usable, current } = await setUp({ quiet: true, print })
  if (!usable || !(await buildIfStale())) throw new SetupProblem('there is nothing to pack', 'see above')
  const { version, description } = JSON.parse(await readFile(path.join(projectFolder, 'package.json'), 'utf8'))

  const staged = await timed('files laid out', print, () => stage({
    project: projectFolder, folder: path.join(projectFolder, 'dist', 'stage'), current
  }))
  const { version: electron, standIn } = /** @type {{ version: string, standIn: boolean }} */ (current.electron)
  const packed = await timed(`packed around Electron ${electron}${standIn ? ' (stand-in)' : ''}`, print, () => (
    packElectron({ electronDist: staged.electron, electronVersion: electron }, standIn)
  ))
  await rm(path.join(projectFolder, 'dist', 'stage'), { recursive: true, force: true })

  /** @type {string[]} */
  const made = []
  if (process.platform === 'linux') {
    const unpacked = path.join(projectFolder, 'dist', 'packed', 'linux-unpacked')
    await mkdir(output, { recursive: true })
    // A name of its own, so that nobody takes it for one to give away.
    const base = `graft${standIn ? '-test-only' : ''}`
    for (const form of forms) {
      const file = path.join(output, form === 'deb' ? `${base}_${version}_amd64.deb` : `${base}-${version}-linux-x64.tar.gz`)
      await rm(file, { force: true })
      await timed(path.basename(file), print, () => form === 'deb'
        ? makeDebian({ project: projectFolder, unpacked, version, description, compression, file })
        : makeArchive(unpacked, `graft-${version}`, file))
      made.push(file)
    }
    await tellSizes(unpacked, print)
  } else {
    made.push(...packed)
  }
  for (const file of made) print(`${megabytes(await bytesIn(file)).padStart(10)}   ${file}`)
  for (const remark of staged.remarks) print(`note       ${remark}`)
  return made
}

/**
 * Runs electron-builder with this system's target.
 * @param {{ electronDist: string, electronVersion: string }} electron
 * @param {boolean} standIn
 */
async function packElectron(electron, standIn) {
  const { build, createTargets, Platform } = await import('electron-builder')
  const packed = path.join(projectFolder, 'dist', 'packed')
  await rm(packed, { recursive: true, force: true })
  return build({
    targets: createTargets([Platform.current()]), projectDir: projectFolder, publish: 'never',
    config: {
      extends: path.join(projectFolder, 'electron-builder.yml'), ...electron,
      // The window comes by a scheme of its own: file:// addresses need no rights.
      ...(!standIn && { electronFuses: { grantFileProtocolExtraPrivileges: false } }),
      // False keeps node_modules out: everything is in the bundles, or in what was laid out.
      beforeBuild: () => Promise.resolve(false)
    }
  })
}

/**
 * @param {string} unpacked
 * @param {string} name the folder that unpacking makes
 * @param {string} file
 */
async function makeArchive(unpacked, name, file) {
  const { code, output } = await runTool('tar', [
    '--create', '--gzip', '--file', file, '--directory', unpacked, '--owner=0', '--group=0', '--numeric-owner', '--sort=name',
    '--transform', `s,^\\.,${name},`, '.'
  ])
  if (code !== 0) throw new SetupProblem(`the archive could not be made: ${lastLine(output)}`, 'see what tar says')
}

/**
 * @param {string} unpacked
 * @param {(line: string) => void} print
 */
async function tellSizes(unpacked, print) {
  const runtime = path.join(unpacked, 'resources', 'runtime')
  const [all, resources, tensorflow, node] = await Promise.all([
    unpacked, path.join(unpacked, 'resources'), path.join(runtime, 'tensorflow'), path.join(runtime, 'node')
  ].map((place) => bytesIn(place).catch(() => 0)))
  print(`unpacked: ${megabytes(all)}, of which TensorFlow ${megabytes(tensorflow)}, Electron ${megabytes(all - resources)}, `
    + `Node ${megabytes(node)}, the rest ${megabytes(resources - tensorflow - node)}`)
}

/**
 * @template T
 * @param {string} title
 * @param {(line: string) => void} print
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function timed(title, print, work) {
  const start = performance.now()
  const result = await work()
  print(`${((performance.now() - start) / 1000).toFixed(1).padStart(8)} s   ${title}`)
  return result
}

/** @param {string} line */
function printLine(line) {
  process.stdout.write(`${line}\n`)
}

async function main() {
  const { values } = parseArgs({ options: {
    form: { type: 'string', multiple: true }, compression: { type: 'string' }, output: { type: 'string' }, help: { type: 'boolean' }
  } })
  const forms = /** @type {LinuxForm[]} */ (values.form ?? ['deb', 'tar.gz'])
  if (values.help || forms.some((form) => form !== 'deb' && form !== 'tar.gz')) {
    console.error('npm run package -- [--form deb|tar.gz]… [--compression xz|zstd|gzip|none[:LEVEL]] [--output FOLDER]')
    return values.help ? 0 : 2
  }
  try {
    await makePackages({ forms, compression: values.compression, output: values.output && path.resolve(values.output) })
    return 0
  } catch (error) {
    const { message, remedy } = asProblem(error)
    console.error(`failed     ${message}\n           what to do: ${remedy}`)
    return 1
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main()
