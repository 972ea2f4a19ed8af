import { createHash } from 'node:crypto'
import { copyFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { partialName, removeAbandoned } from './parts.mjs'
import { howToInstall, SetupProblem } from './problem.mjs'
import { lastLine, runTool } from './run-tool.mjs'

export const bindingName = 'tfjs_binding.node'
export const stampName = 'tfjs_binding.json'

/** Graft's addition to the binding, compiled in the place of its `tfjs_binding.cc`, which it includes. */
const addition = path.join(import.meta.dirname, 'addition', 'functions.cc')

/**
 * The C++ files that the binding is compiled from.
 * @param {string} source folder of @tensorflow/tfjs-node-gpu
 */
export const bindingSources = (source) => [path.join(source, 'binding', 'tfjs_backend.cc'), addition]

/**
 * Compiles the C++ source that the npm package @tensorflow/tfjs-node-gpu carries, with Graft's addition to it, in the folder
 * of TensorFlow's libraries, which it finds beside itself. Where the checkout holds it compiled (scripts/bindings.mjs made it, from the
 * same source), that one is used and no compiler is needed.
 * @type {import('./step.mjs').Step}
 */
export const binding = {
  id: 'binding',
  title: 'TensorFlow binding',
  provides: 'tensorflow',
  async run(context) {
    const { project, cache, current, previous, report, wanted, target, foreign } = context
    const library = context.library ?? (wanted('tensorflow') ? undefined : previous?.tensorflow)
    if (library === undefined) return { did: false, skipped: true, detail: 'no TensorFlow library: the engine computes with WebAssembly' }
    const { kind, version, folder } = library
    const file = path.join(folder, bindingName)
    const key = await sourceKey(project)
    const ready = { kind, version, folder, binding: file }
    if (await isBuilt(folder, key)) {
      current.tensorflow = ready
      return { did: false, detail: 'there' }
    }

    const prebuilt = await prebuiltFor(project, target, key)
    if (prebuilt === undefined && (foreign || process.platform === 'win32')) {
      throw new SetupProblem(
        `the checkout holds no TensorFlow binding for ${target} made from this source`, `node scripts/bindings.mjs ${target}, on Linux`
      )
    }
    report(prebuilt === undefined ? 'compiling' : 'copying')
    await removeAbandoned(folder)
    const temporary = path.join(folder, partialName(bindingName))
    try {
      if (prebuilt === undefined) await compile(project, folder, temporary, cache.log)
      else await copyFile(prebuilt, temporary)
      if (!foreign) await requireLoads(temporary, context)
      await rename(temporary, file)
      await writeFile(path.join(folder, stampName), `${JSON.stringify({ key })}\n`)
    } finally {
      await rm(temporary, { force: true })
    }
    current.tensorflow = ready
    return { did: true, detail: prebuilt === undefined ? `compiled against TensorFlow ${version}` : `for TensorFlow ${version}, from the checkout` }
  }
}

/**
 * @param {string} project
 * @param {string} folder  TensorFlow's
 * @param {string} output
 * @param {string} log
 */
async function compile(project, folder, output, log) {
  const compiler = await findCompiler()
  if (compiler === undefined) throw compilerMissing()
  const source = path.join(project, 'node_modules', '@tensorflow', 'tfjs-node-gpu')
  const mac = process.platform === 'darwin'
  const libraries = ['cc', 'framework'].map((part) => path.join(folder, `libtensorflow_${part}.${mac ? '2.dylib' : 'so.2'}`))
  const result = await runTool(compiler, [
    '-shared', '-fPIC', '-O3', '-std=c++17', '-DNAPI_VERSION=8',
    '-I', path.join(project, 'node_modules', 'node-api-headers', 'include'),
    '-I', path.join(folder, 'include'),
    '-I', source,
    ...bindingSources(source),
    '-o', output, ...libraries,
    ...(mac ? ['-undefined', 'dynamic_lookup', '-Wl,-rpath,@loader_path'] : ['-Wl,-rpath,$ORIGIN'])
  ], { log })
  if (result.code !== 0) {
    throw new SetupProblem(
      `the TensorFlow binding did not compile: ${lastLine(result.output)}`,
      'install g++ 9 or newer (or clang 10), then npm run setup; setup.log in the cache folder has the compiler\'s words'
    )
  }
}

/**
 * Loads the binding in a process of its own: a processor without AVX or an old C library would end this one.
 * @param {string} file
 * @param {import('./step.mjs').SetupContext} context
 */
async function requireLoads(file, { current, cache }) {
  const script = 'process.dlopen(module, process.argv[1]); process.stdout.write(String(module.exports.TF_Version))'
  const result = await runTool(current.node?.path ?? process.execPath, ['-e', script, file], {
    log: cache.log, timeoutMs: 120_000, environment: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' }
  })
  if (result.code === 0 && /^\d+\.\d+/.test(result.stdout)) return
  if (result.signal === 'SIGILL') {
    throw new SetupProblem(
      'this processor lacks the AVX instructions that TensorFlow needs, so the engine computes with WebAssembly',
      'use a processor from 2012 or later for native speed'
    )
  }
  if (process.platform === 'win32') {
    throw new SetupProblem(
      `TensorFlow does not load on this system: ${lastLine(result.output)}`, 'use 64-bit Windows 10 or newer, or stay with WebAssembly'
    )
  }
  throw new SetupProblem(
    `TensorFlow does not load on this system: ${lastLine(result.output)}`,
    'use a system with glibc 2.28 or newer, or stay with WebAssembly'
  )
}

/** @returns {Promise<string | undefined>} */
async function findCompiler() {
  for (const command of [process.env.CXX, 'g++', 'clang++', 'c++']) {
    if (command && (await runTool(command, ['--version'], { timeoutMs: 20_000 })).code === 0) return command
  }
  return undefined
}

function compilerMissing() {
  return new SetupProblem(
    'there is no C++ compiler, and the TensorFlow binding is compiled here, so the engine computes with WebAssembly',
    `${howToInstall('g++', { darwin: 'xcode-select --install' })}, then npm run setup`
  )
}

/**
 * The binding that the checkout holds compiled; undefined where it holds none for this system, or one of another source.
 * @param {string} project
 * @param {string} target
 * @param {string} key of the source
 */
async function prebuiltFor(project, target, key) {
  const folder = prebuiltFolder(project, target)
  const record = await readFile(path.join(folder, stampName), 'utf8').catch(() => '{}')
  return JSON.parse(record).key === key ? path.join(folder, bindingName) : undefined
}

/**
 * Where the checkout keeps the compiled binding of a system.
 * @param {string} project
 * @param {string} target
 */
export const prebuiltFolder = (project, target) => path.join(project, 'resources', 'bindings', target)

/**
 * What a binding is made from: a hash over its source files.
 * @param {string} project
 */
export async function sourceKey(project) {
  const folder = path.join(project, 'node_modules', '@tensorflow', 'tfjs-node-gpu', 'binding')
  const hash = createHash('sha256')
  for (const file of [...(await readdir(folder)).sort().map((name) => path.join(folder, name)), addition]) hash.update(await readFile(file))
  return hash.digest('hex')
}

/**
 * Says whether TensorFlow's folder holds the binding.
 * @param {string} folder
 * @param {string} [key] of the sources it must be made from
 */
export async function isBuilt(folder, key) {
  try {
    const stamp = JSON.parse(await readFile(path.join(folder, stampName), 'utf8'))
    return (key === undefined || stamp.key === key) && (await readdir(folder)).includes(bindingName)
  } catch {
    return false
  }
}
