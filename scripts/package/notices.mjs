import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { SetupProblem } from '../setup/problem.mjs'
import { copy, copyFolder } from './files.mjs'
import { sbom } from './sbom.mjs'

const licencePattern = /^(licen[cs]e|copying|notice)([.-].*)?$/i
const rule = '-'.repeat(80)

/**
 * Gathers the licences of all that the program carries in one folder: npm packages in one file, and the files of
 * TensorFlow, Node, the sample and the model. Electron's and Chromium's lie beside Electron itself.
 * @param {{ project: string, folder: string, nodes: string[], tensorflow: string | undefined, engine: string }} options
 *   `nodes`: programs of Node, of which the first with its licence beside it counts
 *   `tensorflow`: the folder set-up unpacked it to
 *   `engine`: the folder of the packed engine, with the packages that are not in the bundle
 * @param {Record<string, string | undefined>} [natives] versions of what is no npm package, for the bill of materials
 */
export async function writeNotices({ project, folder, nodes, tensorflow, engine }, natives = {}) {
  await mkdir(folder, { recursive: true })
  await copy(path.join(project, 'LICENSE'), path.join(folder, 'LICENSE'))
  await copyFolder(path.join(project, 'resources', 'installer', 'licences'), folder)
  await copy(nodeLicence(nodes), path.join(folder, 'NODE.txt'))
  await copy(path.join(project, 'resources', 'samples', 'ATTRIBUTION.md'), path.join(folder, 'SAMPLES.md'))
  await copy(path.join(project, 'resources', 'models', 'ATTRIBUTION.md'), path.join(folder, 'MODELS.md'))
  if (tensorflow !== undefined) {
    await copy(path.join(tensorflow, 'THIRD_PARTY_NOTICES.txt'), path.join(folder, 'TENSORFLOW.txt'))
  }
  await writeFile(path.join(folder, 'THIRD_PARTY_NOTICES.txt'), await npmNotices(project, engine))
  await writeFile(path.join(folder, 'sbom.cdx.json'), `${JSON.stringify(await sbom(project, natives), null, 2)}\n`)
}

/** Where Node's licence lies beside its program: in its own archives, and as Linux systems install it. */
const besideNode = ['LICENSE', '../LICENSE', '../share/doc/nodejs/LICENSE', '../share/doc/nodejs/copyright']

/**
 * Not every package that brings Node has its licence, and that is the same for all systems.
 * @param {string[]} nodes
 * @throws where none has: nobody may pass Node on without it
 */
export function nodeLicence(nodes) {
  const places = nodes.flatMap((program) => besideNode.map((file) => path.join(path.dirname(program), file)))
  const found = places.find((file) => existsSync(file))
  if (found !== undefined) return found
  throw new SetupProblem(`Node's licence lies beside none of ${nodes.join(', ')}`, 'npm run setup -- --only node, which brings a Node with its licence')
}

/**
 * The licence texts of every npm package that is no mere tool of development.
 * @param {string} project
 * @param {string} engine
 * @returns {Promise<string>}
 */
async function npmNotices(project, engine) {
  /** @type {{ packages: Record<string, { version?: string, dev?: boolean, devOptional?: boolean }> }} */
  const lock = JSON.parse(await readFile(path.join(project, 'package-lock.json'), 'utf8'))
  const places = Object.entries(lock.packages)
    .filter(([place, entry]) => place !== '' && !entry.dev && !entry.devOptional)
    .map(([place]) => path.join(project, place))
  // sharp's library for the system that the package is for, which need not be this one.
  const images = path.join('node_modules', '@img')
  const native = await readdir(path.join(engine, images)).catch(() => /** @type {string[]} */ ([]))
  const parts = await Promise.all([...places.filter((place) => !place.includes(path.join(images, 'sharp-'))), ...native.map((name) => path.join(engine, images, name))]
    .map((place) => noticeOf(place)))
  const found = [...new Set(parts.filter((part) => part !== undefined))].sort()
  return [
    'Graft contains, or was made with, the npm packages below. Each keeps its own licence.',
    'The texts of the GNU licences that libvips refers to are in GPL-3.0.txt and LGPL-3.0.txt,',
    'those of @cornerstonejs/codec-openjpeg and of OpenJPEG in it, which brings no text, in OPENJPEG.txt.', '', ...found
  ].join('\n')
}

/**
 * @param {string} folder of one package
 * @returns {Promise<string | undefined>} undefined where it is not installed: it is for another system
 */
async function noticeOf(folder) {
  const description = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => undefined)
  if (description === undefined) return undefined
  const { name, version, license, homepage, repository } = JSON.parse(description)
  const names = (await readdir(folder)).filter((file) => licencePattern.test(file)).sort()
  const texts = await Promise.all(names.map((file) => readFile(path.join(folder, file), 'utf8').catch(() => '')))
  const origin = homepage ?? (typeof repository === 'string' ? repository : repository?.url) ?? ''
  const text = texts.map((one) => one.trim()).filter((one) => one !== '').join('\n\n')
  return [
    rule, `${name} ${version}`, `licence: ${typeof license === 'string' ? license : license?.type ?? 'see the text'}`, origin, rule,
    text || await aboutLicences(folder), ''
  ].join('\n')
}

/**
 * What a package without a licence file says of licences in its description; libvips lists those of its parts there.
 * @param {string} folder
 */
async function aboutLicences(folder) {
  const text = await readFile(path.join(folder, 'README.md'), 'utf8').catch(() => '')
  const start = text.search(/^#+ *licen[cs]/im)
  return start < 0 ? 'No licence text comes with the package; the name above is that of its package.json.' : text.slice(start).trim()
}
