import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { buildIfStale } from './build.mjs'
import { makeAppImage } from './package/appimage.mjs'
import { makeArchive } from './package/archive.mjs'
import { makeDebian } from './package/debian.mjs'
import { makeDmg } from './package/dmg.mjs'
import { bytesIn, megabytes } from './package/files.mjs'
import { makeMacZip } from './package/mac.mjs'
import { makeRpm } from './package/rpm.mjs'
import { stage } from './package/stage.mjs'
import { describeRelease } from './release.mjs'
import { isForeign, ownSystem, systems } from './package/systems.mjs'
import { compressions, makeWindowsInstaller } from './package/windows.mjs'
import { foreignSteps, ownTarget, setUp } from './setup/index.mjs'
import { projectFolder } from './setup/paths.mjs'
import { exitCodeOf, SetupProblem } from './setup/problem.mjs'

/** @typedef {import('./package/systems.mjs').SystemName} SystemName */

// `npm run package`: packages for this system or, with `--windows`, `--mac` or `--mac-intel`, for another, with everything in them.

/**
 * @param {{ system?: SystemName, forms?: string[], compression?: string, output?: string, print?: (line: string) => void }} [options]
 *   `compression`: of the .deb `xz`, `zstd`, `gzip` or `none`, and after a colon its level; of the .exe `lzma`, `zlib` or `none`
 * @returns {Promise<string[]>} the packages made; beside them lie their checksums and the list of their parts
 */
export async function makePackages(options = {}) {
  const { system: name = ownSystem, output = path.join(projectFolder, 'dist'), print = printLine } = options
  if (name === undefined) throw new SetupProblem(`no packages are made on ${ownTarget}`, 'name a system: npm run package -- --windows')
  const system = systems[name]
  const own = await setUp({ quiet: true, print })
  if (!own.usable || !(await buildIfStale())) throw new SetupProblem('there is nothing to pack', 'see above')
  const { current } = isForeign(system) ? await setUp({ quiet: true, print, target: system.target, only: foreignSteps }) : own
  const { version, description } = JSON.parse(await readFile(path.join(projectFolder, 'package.json'), 'utf8'))

  const staged = await timed('files laid out', print, () => stage({
    project: projectFolder, folder: path.join(projectFolder, 'dist', 'stage'), current, system, node: own.current.node?.path ?? process.execPath
  }))
  const { version: electron, standIn } = /** @type {{ version: string, standIn: boolean }} */ (current.electron)
  await timed(`packed around Electron ${electron}${standIn ? ' (stand-in)' : ''}`, print, () => (
    packElectron(name, { electronDist: staged.electron, electronVersion: electron }, standIn)
  ))
  await rm(path.join(projectFolder, 'dist', 'stage'), { recursive: true, force: true })

  /** @type {string[]} */
  const made = []
  const unpacked = path.join(projectFolder, 'dist', 'packed', system.unpacked)
  await mkdir(output, { recursive: true })
  for (const form of options.forms ?? system.forms) {
    const { fileName, make } = makers[form]
    // A name of its own, so that nobody takes it for one to give away.
    const file = path.join(output, fileName(`graft${standIn ? '-test-only' : ''}`, version, system.target.split('-')[1]))
    await rm(file, { force: true })
    await timed(path.basename(file), print, () => make({ project: projectFolder, unpacked, version, description, file, compression: options.compression }))
    made.push(file)
  }
  const natives = { node: current.node?.version, tensorflow: current.tensorflow?.version, electron }
  const described = await describeRelease(output, system.target, natives)
  await tellSizes(unpacked, system.resources, print)
  for (const file of [...made, ...described]) print(`${megabytes(await bytesIn(file)).padStart(10)}   ${file}`)
  for (const remark of staged.remarks) print(`note       ${remark}`)
  return made
}

/**
 * How each form of package is made.
 * @type {Record<string, { platform: string, fileName: (base: string, version: string, processor: string) => string, make: (options: {
 *   project: string, unpacked: string, version: string, description: string, file: string, compression: string | undefined }) => Promise<void> }>}
 */
export const makers = {
  deb: {
    platform: 'linux', fileName: (base, version) => `${base}_${version}_amd64.deb`,
    make: ({ compression = 'xz', ...options }) => makeDebian({ ...options, compression })
  },
  rpm: {
    platform: 'linux', fileName: (base, version) => `${base}-${version}.x86_64.rpm`,
    make: ({ compression = 'xz', ...options }) => makeRpm({ ...options, compression })
  },
  AppImage: {
    platform: 'linux', fileName: (base, version) => `${base}-${version}-x86_64.AppImage`,
    make: ({ compression, ...options }) => makeAppImage({ ...options, compression: compression === 'xz' ? 'xz' : 'gzip' })
  },
  'tar.gz': {
    platform: 'linux', fileName: (base, version) => `${base}-${version}-linux-x64.tar.gz`,
    make: ({ unpacked, version, file }) => makeArchive(unpacked, `graft-${version}`, file)
  },
  zip: {
    platform: 'darwin', fileName: (base, version, processor) => `${base}-${version}-mac-${processor}.zip`, make: makeMacZip
  },
  dmg: {
    platform: 'darwin', fileName: (base, version, processor) => `${base}-${version}-mac-${processor}.dmg`, make: makeDmg
  },
  exe: {
    platform: 'win32', fileName: (base, version) => `${base}-${version}-windows-x64.exe`,
    make: ({ compression = 'lzma', ...options }) => makeWindowsInstaller({ ...options, compression: /** @type {keyof typeof compressions} */ (compression) })
  }
}

/** @param {string} form @param {SystemName} system */
export const isMadeFor = (form, system) => makers[form]?.platform === systems[system].target.split('-')[0]

/**
 * Runs electron-builder, which packs a folder; what is made of it is up to the forms.
 * @param {SystemName} name
 * @param {{ electronDist: string, electronVersion: string }} electron
 * @param {boolean} standIn
 */
async function packElectron(name, electron, standIn) {
  const { build, createTargets, Platform } = await import('electron-builder')
  const { target } = systems[name]
  const packed = path.join(projectFolder, 'dist', 'packed')
  await rm(packed, { recursive: true, force: true })
  const platform = { linux: Platform.LINUX, win32: Platform.WINDOWS, darwin: Platform.MAC }[target.split('-')[0]]
  return build({
    targets: createTargets([platform], 'dir', target.split('-')[1]), projectDir: projectFolder, publish: 'never',
    config: {
      extends: path.join(projectFolder, 'electron-builder.yml'), ...electron,
      // The window comes by a scheme of its own: file:// addresses need no rights.
      ...(!standIn && { electronFuses: { grantFileProtocolExtraPrivileges: false } }),
      // Only a Mac can sign for Macs.
      ...(process.platform !== 'darwin' && { mac: { identity: null } }),
      // False keeps node_modules out: everything is in the bundles, or in what was laid out.
      beforeBuild: () => Promise.resolve(false)
    }
  })
}

/**
 * @param {string} unpacked
 * @param {string} resources
 * @param {(line: string) => void} print
 */
async function tellSizes(unpacked, resources, print) {
  const runtime = path.join(unpacked, resources, 'runtime')
  const [program = ''] = (await readdir(runtime)).filter((name) => name.startsWith('node'))
  const [all, ours, tensorflow, node] = await Promise.all([
    unpacked, path.join(unpacked, resources), path.join(runtime, 'tensorflow'), path.join(runtime, program)
  ].map((place) => bytesIn(place).catch(() => 0)))
  print(`unpacked: ${megabytes(all)}, of which TensorFlow ${megabytes(tensorflow)}, Electron ${megabytes(all - ours)}, `
    + `Node ${megabytes(node)}, the rest ${megabytes(ours - tensorflow - node)}`)
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
    windows: { type: 'boolean' }, mac: { type: 'boolean' }, 'mac-intel': { type: 'boolean' }, form: { type: 'string', multiple: true }, compression: { type: 'string' }, output: { type: 'string' },
    help: { type: 'boolean' }
  } })
  const named = /** @type {const} */ (['windows', 'mac', 'mac-intel']).filter((name) => values[name])
  const system = named[0] ?? ownSystem
  const forms = values.form ?? systems[system ?? 'linux'].forms
  const wrong = forms.filter((form) => system === undefined || !isMadeFor(form, system))
  if (wrong.length > 0) console.error(`There is no package ${wrong.join(', ')} for ${system ?? ownTarget}.`)
  if (values.compression !== undefined && system === 'windows' && !(values.compression in compressions)) {
    wrong.push(values.compression)
    console.error(`An installer for Windows is compressed by ${Object.keys(compressions).join(', ')}.`)
  }
  if (values.help || wrong.length > 0) {
    console.error([
      'npm run package -- [--form deb|rpm|AppImage|tar.gz]… [--compression xz|zstd|gzip|none[:LEVEL]] [--output FOLDER]',
      'npm run package -- --windows [--compression lzma|zlib|none] [--output FOLDER]',
      'npm run package -- --mac|--mac-intel [--form zip|dmg]… [--output FOLDER]'
    ].join('\n'))
    return values.help ? 0 : 2
  }
  return exitCodeOf(() => makePackages({ system, forms, compression: values.compression, output: values.output && path.resolve(values.output) }))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main()
