import { chmod, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { runTool } from '../setup/run-tool.mjs'
import { SetupProblem } from '../setup/problem.mjs'
import { copy, copyFolder } from './files.mjs'
import { stageModels } from './models.mjs'
import { stageGraphRuntime } from './graph-runtime.mjs'
import { writeNotices } from './notices.mjs'
import { stageForeignSharp } from './sharp.mjs'
import { isForeign } from './systems.mjs'

/**
 * What the installed program reads, by folder of its `resources`:
 *
 *   engine/    the worker, LIBSVM's thread, the command line, the WebAssembly files, sharp and ONNX Runtime with their native libraries
 *   runtime/   the Node that runs them, TensorFlow and its binding, and `current.json` with paths relative to it
 *   models/    the pre-trained networks
 *   samples/ · icons/ · notices/ · bin/graft · updates.json, where an address for newer versions was given
 *
 * They lie beside the archive of main and window, since a plain Node cannot read one.
 *
 * @typedef {object} Staged
 * @property {string} app        folder of main, preload and window, for the archive
 * @property {string} resources
 * @property {string} electron   Electron, ready for electron-builder
 * @property {string[]} remarks  what a person should know of this package
 */

/**
 * Lays out everything a package carries.
 * @param {{ project: string, folder: string, current: import('../setup/current.mjs').Current, system: import('./systems.mjs').System,
 *           node: string }} options
 *   `current`: the parts of the system that the package is for; `node`: a Node that runs here
 * @returns {Promise<Staged>}
 */
export async function stage({ project, folder, current, system, node }) {
  await rm(folder, { recursive: true, force: true })
  const staged = { app: path.join(folder, 'app'), resources: path.join(folder, 'resources'), electron: path.join(folder, 'electron') }
  /** @type {string[]} */
  const remarks = []
  await stageApp(project, staged.app)
  await stageEngine(project, path.join(staged.resources, 'engine'), system, remarks)
  const models = await stageModels({ project, models: current.models, node, folder: path.join(staged.resources, 'models'), remarks })
  const placed = models.map(({ id, version }) => ({ id, version, folder: `../models/${id}` }))
  await stageRuntime({ ...current, models: placed }, system, path.join(staged.resources, 'runtime'), remarks)
  await copyFolder(path.join(project, 'resources', 'samples'), path.join(staged.resources, 'samples'))
  await copy(path.join(project, 'resources', 'icons', 'icon.png'), path.join(staged.resources, 'icons', 'icon.png'))
  await stageCommand(project, system, path.join(staged.resources, 'bin'))
  await writeUpdateSource(process.env, path.join(staged.resources, 'updates.json'), remarks)
  await writeNotices({
    project, folder: path.join(staged.resources, 'notices'),
    nodes: [...current.node ? [current.node.path] : [], node], tensorflow: current.tensorflow?.folder, engine: path.join(staged.resources, 'engine')
  }, { node: current.node?.version, tensorflow: current.tensorflow?.version, electron: current.electron?.version })
  staged.electron = await stageElectron(current, system, staged.electron, remarks)
  if (system.target.startsWith('linux')) {
    for (const place of [staged.electron, path.join(staged.resources, 'engine')]) await stripPrograms(place)
  }
  return { ...staged, remarks }
}

/**
 * Main, preload and window are bundles without dependencies, so a description of their own keeps `node_modules` out.
 * @param {string} project
 * @param {string} folder
 */
async function stageApp(project, folder) {
  const { name, productName, version, description, author, license, main } =
    JSON.parse(await readFile(path.join(project, 'package.json'), 'utf8'))
  for (const part of ['main', 'preload', 'renderer']) {
    await copyFolder(path.join(project, 'out', part), path.join(folder, 'out', part), (file) => !file.endsWith('.map'))
  }
  // On Wayland a window finds its icon by the name of the menu entry.
  const own = { name, productName, version, description, author, license, main, desktopName: 'graft.desktop' }
  await writeFile(path.join(folder, 'package.json'), `${JSON.stringify(own, null, 2)}\n`)
}

/**
 * @param {string} project
 * @param {string} folder
 * @param {import('./systems.mjs').System} system
 * @param {string[]} remarks
 */
async function stageEngine(project, folder, system, remarks) {
  await copyFolder(path.join(project, 'out', 'engine'), folder, (file) => !file.endsWith('.map'))
  if (system.withoutGraphs) remarks.push('ONNX Runtime has no library for this system: ONNX files of no architecture that Graft knows cannot be used there')
  else await stageGraphRuntime({ project, target: system.target, to: path.join(folder, 'node_modules') })
  const foreign = isForeign(system)
  if (foreign) await stageForeignSharp({ project, target: system.target, to: path.join(folder, 'node_modules') })
  for (const [name, from] of await packagesOf('sharp', project)) {
    if (foreign && name.startsWith('@img/sharp-')) continue
    await copyFolder(from, path.join(folder, 'node_modules', name), (file) => !/^(src|install|node_modules)(\/|$)|\.(d\.ts|h)$/.test(file))
  }
}

/**
 * A package and all that it needs at run time, where installed: the ones for other systems are not.
 * @param {string} first
 * @param {string} project
 * @returns {Promise<Map<string, string>>} folder by name
 */
async function packagesOf(first, project) {
  /** @type {Map<string, string>} */
  const found = new Map()
  const waiting = [{ name: first, from: project }]
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const folder = await packageFolder(next.name, next.from)
    if (folder === undefined || found.has(next.name)) continue
    found.set(next.name, folder)
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) waiting.push({ name, from: folder })
  }
  return found
}

/**
 * @param {string} name
 * @param {string} from
 */
async function packageFolder(name, from) {
  for (const folder of createRequire(path.join(from, 'index.js')).resolve.paths(name) ?? []) {
    const place = path.join(folder, name)
    if (await readFile(path.join(place, 'package.json')).then(() => true, () => false)) return place
  }
  return undefined
}

/**
 * @param {import('../setup/current.mjs').Current} current
 * @param {import('./systems.mjs').System} system
 * @param {string} folder
 * @param {string[]} remarks
 */
async function stageRuntime({ node, tensorflow, models }, system, folder, remarks) {
  if (node === undefined) throw new SetupProblem('there is no Node to ship', 'npm run setup')
  const program = system.node
  const copyNative = system.target.startsWith('linux') ? copyStripped : copyWhole
  await mkdir(folder, { recursive: true })
  const stripped = [await copyNative(node.path, path.join(folder, program))]
  await chmod(path.join(folder, program), 0o755)
  if (tensorflow?.kind === 'gpu') {
    throw new SetupProblem('set-up chose the CUDA build of TensorFlow, and packages carry the CPU build', 'GRAFT_TENSORFLOW=cpu npm run package')
  }
  if (tensorflow === undefined) {
    remarks.push('there is no TensorFlow here, so this package computes with WebAssembly only')
  } else {
    const native = (await readdir(tensorflow.folder)).filter((name) => system.native.test(name))
    for (const name of native) {
      stripped.push(await copyNative(path.join(tensorflow.folder, name), path.join(folder, 'tensorflow', name)))
    }
  }
  if (stripped.includes(false)) remarks.push('there is no strip here (binutils), so the libraries are about 190 MB larger than need be')
  await writeFile(path.join(folder, 'current.json'), `${JSON.stringify({
    schemaVersion: 1,
    problems: [],
    node: { version: node.version, path: program },
    ...(models && models.length > 0 && { models }),
    ...(tensorflow && { tensorflow: {
      kind: tensorflow.kind, version: tensorflow.version, folder: 'tensorflow', binding: `tensorflow/${path.basename(tensorflow.binding)}`
    } })
  }, null, 2)}\n`)
}

/**
 * Copies a program or a library as it is: on macOS stripping would break the signature, and Windows keeps symbols in files
 * of their own.
 * @param {string} from
 * @param {string} to
 */
async function copyWhole(from, to) {
  await copy(from, to)
  return true
}

/**
 * Copies a program or a library without the symbols that only debuggers read.
 * @param {string} from
 * @param {string} to
 * @returns {Promise<boolean>} false where it was copied as it is, for lack of the tool
 */
async function copyStripped(from, to) {
  await mkdir(path.dirname(to), { recursive: true })
  const { code } = await runTool('strip', ['--strip-unneeded', '-o', to, from], { timeoutMs: 5 * 60_000 })
  if (code === 0) return true
  await copy(from, to)
  return false
}

/**
 * Writes where newer versions come from and who must have signed them. Without both this copy never looks for any.
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} file
 * @param {string[]} remarks
 */
export async function writeUpdateSource({ GRAFT_UPDATE_FEED: feed, GRAFT_UPDATE_KEY: key }, file, remarks) {
  if (!feed && !key) {
    remarks.push('GRAFT_UPDATE_FEED and GRAFT_UPDATE_KEY are not set, so this package looks for no newer versions')
    return
  }
  if (!feed || !key) throw new SetupProblem(`${feed ? 'GRAFT_UPDATE_KEY' : 'GRAFT_UPDATE_FEED'} is not set, and the other is`, 'set both, or neither')
  if (!feed.startsWith('https://')) throw new SetupProblem(`GRAFT_UPDATE_FEED is ${feed}, which is no https address`, 'take an https address')
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify({ feed, key }, null, 2)}\n`)
}

/**
 * Takes the symbols for debuggers from every program and library in a folder: some of what comes from others still has them.
 * @param {string} folder
 */
export async function stripPrograms(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (!entry.isFile() || !await isProgram(file)) continue
    const { mode } = await stat(file)
    await rename(file, `${file}.whole`)
    await copyStripped(`${file}.whole`, file)
    await chmod(file, mode)
    await rm(`${file}.whole`)
  }
}

/**
 * @param {string} file
 * @returns {Promise<boolean>} whether it is a program or a library of Linux (ELF)
 */
async function isProgram(file) {
  const handle = await open(file)
  try {
    return (await handle.read(Buffer.alloc(4), 0, 4, 0)).buffer.toString('latin1') === '\x7FELF'
  } finally {
    await handle.close()
  }
}

/**
 * @param {string} project
 * @param {import('./systems.mjs').System} system
 * @param {string} folder
 */
async function stageCommand(project, { command: name }, folder) {
  await copy(path.join(project, 'resources', 'installer', name), path.join(folder, name))
  await chmod(path.join(folder, name), 0o755)
}

/**
 * A copy of Electron without an application in it: the stand-in holds one, and would prefer it to ours.
 * @param {import('../setup/current.mjs').Current} current
 * @param {import('./systems.mjs').System} system
 * @param {string} folder
 * @param {string[]} remarks
 */
async function stageElectron({ electron }, { target }, folder, remarks) {
  if (electron === undefined) throw new SetupProblem('there is no Electron to pack', 'npm run setup')
  if (electron.standIn) {
    remarks.push(`it is packed around Electron ${electron.version}, a stand-in: this package is for tests, not to be given away`)
  }
  const from = target.startsWith('darwin') ? path.resolve(path.dirname(electron.path), '..', '..', '..') : path.dirname(electron.path)
  const left = ['manifest.json', ...['resources', 'Electron.app/Contents/Resources'].flatMap((place) => [`${place}/app`, `${place}/default_app.asar`])]
  await copyFolder(from, folder, (file) => !left.includes(file))
  return folder
}
