import { execFile, spawnSync } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import plist from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { projectFolder } from '../../scripts/setup/paths.mjs'
import { readMachO } from './mach-o.mjs'

const run = promisify(execFile)
const missing = ['zip', 'unzip', 'xorriso', '7z'].filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)
if (missing.length > 0) console.info(`Skipped: the package for macOS is made and read with ${missing.join(', ')}, which this machine lacks.`)

/** Everything below a folder; links are names like others, which Node's own way follows. @param {string} folder @returns {string[]} */
const namesBelow = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
  const file = path.join(folder, entry.name)
  return entry.isDirectory() ? [file, ...namesBelow(file)] : [file]
})

/** @type {string} */
let workshop
const contents = () => path.join(workshop, 'Graft.app', 'Contents')
const resources = (/** @type {string[]} */ ...names) => path.join(contents(), 'Resources', ...names)

// No Mac is asked: what its loader would look for is looked for here.
describe.skipIf(missing.length > 0).each([
  { flag: '--mac', processor: 'arm64', withGraphs: true }, { flag: '--mac-intel', processor: 'x86_64', withGraphs: false }
])('the package for macOS, $processor', ({ flag, processor, withGraphs }) => {
  beforeAll(async () => {
    workshop = mkdtempSync(path.join(os.tmpdir(), 'graft-mac-'))
    await run(process.execPath, [path.join(projectFolder, 'scripts', 'package.mjs'), flag, '--form', 'zip', '--form', 'dmg', '--output', workshop], { maxBuffer: 2 ** 24 })
    const zip = readdirSync(workshop).find((name) => name.endsWith('.zip'))
    await run('unzip', ['-q', path.join(workshop, zip ?? ''), '-d', workshop])
  }, 900_000)
  afterAll(() => rmSync(workshop, { recursive: true, force: true }))

  it('holds programs for this processor alone, whose libraries are in it or come with macOS', () => {
    let programs = 0
    for (const entry of readdirSync(path.join(workshop, 'Graft.app'), { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name)
      const program = entry.isFile() ? readMachO(file) : undefined
      if (program === undefined) continue
      programs++
      const name = path.relative(workshop, file)
      expect([name, program.processor]).toEqual([name, processor])
      // What is looked for on a path of the loading program is found beside that program.
      const places = [...program.rpaths, '@executable_path/../Frameworks', '@loader_path']
      for (const library of program.libraries) {
        if (/^\/(usr\/lib|System\/Library)\//.test(library)) continue
        const [, root = '', rest = ''] = /^(@rpath|@loader_path|@executable_path)\/(.*)$/.exec(library) ?? []
        const tried = (root === '@rpath' ? places : [root]).map((place) => path.resolve(
          place.startsWith('@executable_path') ? path.join(contents(), 'MacOS') : path.dirname(file), place.replace(/^@\w+\/?/, ''), rest
        ))
        expect([name, library, tried.some(existsSync)]).toEqual([name, library, true])
      }
    }
    // Electron, its four helpers and frameworks, Node, TensorFlow and its binding, sharp, ONNX Runtime.
    expect(programs).toBeGreaterThan(15)
  })

  it('is the same in the .dmg, beside a link to drag it to', async () => {
    const dmg = readdirSync(workshop).find((name) => name.endsWith('.dmg')) ?? ''
    const disk = path.join(workshop, 'disk')
    // Reads every byte and holds the sums of it.
    await run('7z', ['x', '-tdmg', `-o${disk}`, path.join(workshop, dmg)], { maxBuffer: 2 ** 24 })
    const { stdout } = await run('7z', ['l', '-slt', '-thfs', path.join(disk, readdirSync(disk)[0] ?? '')], { maxBuffer: 2 ** 26 })
    const listed = [...stdout.matchAll(/^Path = Graft\/(.+)$/gm)].map(([, name]) => name).filter((name) => name !== undefined && !name.startsWith('.'))
    rmSync(disk, { recursive: true })
    const application = namesBelow(path.join(workshop, 'Graft.app')).map((name) => path.relative(workshop, name))
    expect(listed.toSorted()).toEqual(['Applications', 'Graft.app', ...application].toSorted())
  }, 300_000)

  it('has the binding where TensorFlow lies, which it looks for beside itself, and says so to the engine', () => {
    const binding = readMachO(resources('runtime', 'tensorflow', 'tfjs_binding.node'))
    expect(binding?.libraries).toContain('@rpath/libtensorflow_cc.2.dylib')
    // Apple silicon runs nothing unsigned; an Intel processor does.
    expect(binding).toMatchObject({ rpaths: ['@loader_path'], ...(processor === 'arm64' && { signed: true }) })
    expect(existsSync(resources('engine', 'node_modules', 'onnxruntime-node'))).toBe(withGraphs)
    const current = JSON.parse(readFileSync(resources('runtime', 'current.json'), 'utf8'))
    expect(current).toMatchObject({ node: { path: 'node' }, tensorflow: { kind: 'cpu', binding: 'tensorflow/tfjs_binding.node' } })
    for (const file of ['runtime/node', 'engine/cli.js', 'bin/graft', 'app.asar', 'models/efficientnet-lite0']) expect([file, existsSync(resources(file))]).toEqual([file, true])
    // What is run keeps the right to be.
    for (const file of [resources('runtime', 'node'), resources('bin', 'graft'), path.join(contents(), 'MacOS', 'Graft')]) {
      expect(lstatSync(file).mode & 0o111).toBe(0o111)
    }
  })

  it('is named as the product in all its parts, opens files of runs and their addresses, and keeps its links', () => {
    /** @type {Record<string, any>} */
    const list = /** @type {any} */ (plist.parse(readFileSync(path.join(contents(), 'Info.plist'), 'utf8')))
    expect(list).toMatchObject({
      CFBundleIdentifier: 'graft.workbench', CFBundleName: 'Graft', CFBundleExecutable: 'Graft',
      CFBundleDocumentTypes: [{ CFBundleTypeExtensions: ['graft'] }], CFBundleURLTypes: [{ CFBundleURLSchemes: ['graft'] }]
    })
    const frameworks = path.join(contents(), 'Frameworks')
    expect(readdirSync(frameworks).filter((name) => name.endsWith('.app')).sort()).toEqual([
      'Graft Helper (GPU).app', 'Graft Helper (Plugin).app', 'Graft Helper (Renderer).app', 'Graft Helper.app'
    ])
    for (const name of readdirSync(frameworks)) expect(name).not.toContain('FiftyOne')
    expect(lstatSync(path.join(frameworks, 'Electron Framework.framework', 'Versions', 'Current')).isSymbolicLink()).toBe(true)
  })
})
