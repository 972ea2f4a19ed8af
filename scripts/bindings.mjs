import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { bindingName, bindingSources, prebuiltFolder, sourceKey, stampName } from './setup/binding.mjs'
import { setUp } from './setup/index.mjs'
import { projectFolder } from './setup/paths.mjs'
import { exitCodeOf, howToInstall, SetupProblem } from './setup/problem.mjs'
import { lastLine, runTool } from './setup/run-tool.mjs'

// `node scripts/bindings.mjs TARGET…`: compiles TensorFlow's binding for a system that this one is not, and puts it in
// resources/bindings, for installers and for checkouts on machines without a compiler. Needed again when the version of
// @tensorflow/tfjs-node-gpu or Graft's addition to it changes; a unit test says so.

const tools = 'x86_64-w64-mingw32'

/** @type {Record<string, (given: { source: string, includes: string[], output: string, folder: string }) => Promise<string>>} how each is compiled; gives the compiler's name */
const makers = {
  'win32-x64': compileForWindows,
  'darwin-arm64': (options) => compileForMac('aarch64', options),
  'darwin-x64': (options) => compileForMac('x86_64', options)
}

/**
 * Compiles the binding for each system and puts it, with a record of what it was made from, in `folderOf(target)`.
 * @param {string[]} targets
 * @param {(target: string) => string} [folderOf]
 */
export async function makeBindings(targets, folderOf = (target) => prebuiltFolder(projectFolder, target)) {
  const { current } = await setUp({ quiet: true, only: ['node', 'tensorflow', 'binding'] })
  if (current.tensorflow === undefined) throw new SetupProblem('there is no TensorFlow here, whose C headers are needed', 'npm run setup')
  const modules = path.join(projectFolder, 'node_modules')
  const source = path.join(modules, '@tensorflow', 'tfjs-node-gpu')
  const includes = [path.join(modules, 'node-api-headers', 'include'), path.join(current.tensorflow.folder, 'include'), source]
  for (const target of targets) {
    const folder = folderOf(target)
    const workshop = await mkdtemp(path.join(os.tmpdir(), 'graft-binding-'))
    try {
      await mkdir(folder, { recursive: true })
      const output = path.join(folder, bindingName)
      const compiler = await makers[target]({ source, includes, output, folder: workshop })
      const sha256 = createHash('sha256').update(await readFile(output)).digest('hex')
      const { version } = JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8'))
      await writeFile(path.join(folder, stampName), `${JSON.stringify({
        key: await sourceKey(projectFolder), sha256, source: `@tensorflow/tfjs-node-gpu ${version}`, compiler
      }, null, 2)}\n`)
      process.stdout.write(`${path.relative(projectFolder, output)}: ${compiler}\n`)
    } finally {
      await rm(workshop, { recursive: true, force: true })
    }
  }
}

/** The names of source files that stand in messages: as in the package, not as on this machine; of two that fit the last counts. @param {string} source */
const withoutPlace = (source) => [`-ffile-prefix-map=${projectFolder}=graft`, `-ffile-prefix-map=${source}=tfjs-node-gpu`]

/**
 * With MinGW, whose own libraries are linked into it. What it takes from Node and TensorFlow it finds by name in
 * `node.exe` and `tensorflow.dll`, for which a list of the names it uses is enough.
 * @type {typeof makers[string]}
 */
async function compileForWindows({ source, includes, output, folder }) {
  const objects = []
  for (const file of bindingSources(source)) {
    const object = path.join(folder, `${path.parse(file).name}.o`)
    await must(`${tools}-g++`, [
      '-c', '-O2', '-std=c++17', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION', ...withoutPlace(source), ...includes.flatMap((place) => ['-I', place]),
      file, '-o', object
    ])
    objects.push(object)
  }
  const used = (await must(`${tools}-nm`, ['--undefined-only', ...objects])).match(/(?<=__imp_)\w+/g) ?? []
  const libraries = []
  for (const [library, pattern] of /** @type {const} */ ([['node.exe', /^n(api|ode_api)_/], ['tensorflow.dll', /^TFE?_/]])) {
    const [names, linked] = [`${library}.def`, `${library}.a`]
    const own = [...new Set(used.filter((name) => pattern.test(name)))].sort()
    await writeFile(path.join(folder, names), ['LIBRARY ' + library, 'EXPORTS', ...own, ''].join('\n'))
    // By names without a place, which would become names in the library and with them the order of what is linked.
    await must(`${tools}-dlltool`, ['-d', names, '-l', linked], { folder })
    libraries.push(linked)
  }
  await must(`${tools}-g++`, [
    '-shared', '-static', '-s', ...objects, ...libraries, '-o', output,
    // The same bytes from the same compiler, whatever the day and the place.
    '-Wl,--no-insert-timestamp,--disable-auto-image-base',
    '-Wl,--dynamicbase,--high-entropy-va,--nxcompat'
  ], { folder })
  return (await must(`${tools}-g++`, ['--version'])).split('\n')[0]
}

/**
 * With Zig, which brings Apple's headers and a linker that signs what it makes (Apple silicon runs nothing unsigned). A list
 * of TensorFlow's names stands for its library; Node's are looked up in whatever program loads the binding.
 * @param {'aarch64' | 'x86_64'} processor
 * @param {Parameters<typeof makers[string]>[0]} options
 */
async function compileForMac(processor, { source, includes, output, folder }) {
  const zig = ['-m', 'ziglang']
  const environment = { ZIG_LOCAL_CACHE_DIR: path.join(folder, 'cache'), ...process.env }
  const target = `${processor}-macos.12.0`
  const names = new Set()
  const own = (await readdir(path.join(source, 'binding'))).map((name) => path.join(source, 'binding', name))
  for (const file of [...own, ...bindingSources(source)]) {
    for (const [word] of (await readFile(file, 'utf8')).matchAll(/\bTFE?_\w+/g)) names.add(`_${word}`)
  }
  const stub = path.join(folder, 'libtensorflow_cc.2.tbd')
  const systems = `[ ${processor === 'aarch64' ? 'arm64' : processor}-macos ]`
  await writeFile(stub, [
    '--- !tapi-tbd', 'tbd-version: 4', `targets: ${systems}`, "install-name: '@rpath/libtensorflow_cc.2.dylib'",
    'exports:', `  - targets: ${systems}`, `    symbols: [ ${[...names].sort().join(', ')} ]`, '...', ''
  ].join('\n'))
  const objects = []
  for (const file of bindingSources(source)) {
    const object = path.join(folder, `${path.parse(file).name}.o`)
    await must('python3', [
      ...zig, 'c++', '-target', target, '-c', '-O2', '-std=c++17', '-fPIC', '-DNAPI_VERSION=8', ...withoutPlace(source),
      ...includes.flatMap((place) => ['-I', place]),
      file, '-o', object
    ], { environment })
    objects.push(object)
  }
  await must('python3', [
    ...zig, 'c++', '-target', target, '-shared', '-O2', '-s', ...objects, stub, '-o', output, '-Wl,-undefined,dynamic_lookup', '-Wl,-rpath,@loader_path',
    '-Wl,-install_name,@rpath/tfjs_binding.node'
  ], { environment })
  return `zig ${(await must('python3', [...zig, 'version'])).trim()}`
}

/**
 * @param {string} command
 * @param {string[]} givenArguments
 * @param {{ environment?: NodeJS.ProcessEnv, folder?: string }} [options]
 */
async function must(command, givenArguments, options) {
  const { code, missing, output } = await runTool(command, givenArguments, options)
  if (/No module named '?ziglang/.test(output)) throw new SetupProblem('Zig is not installed', 'pip install ziglang')
  if (missing) throw new SetupProblem(`${command} is not installed`, howToInstall('g++-mingw-w64-x86-64'))
  if (code !== 0) throw new SetupProblem(`${command} failed: ${lastLine(output)}`, 'see what it says')
  return output
}

async function main() {
  const targets = process.argv.slice(2)
  if (targets.length === 0 || targets.some((target) => makers[target] === undefined)) {
    console.error(`node scripts/bindings.mjs TARGET…   targets: ${Object.keys(makers).join(' ')}`)
    return 2
  }
  return exitCodeOf(() => makeBindings(targets))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exitCode = await main()
