import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { takeFromZip } from './archives.mjs'
import { ensureDownload, requireSpace } from './download.mjs'
import { ensurePart } from './parts.mjs'
import { asProblem, SetupProblem } from './problem.mjs'
import { fetchJar, fetchWheel } from './registries.mjs'

/** @typedef {'cpu' | 'gpu'} Kind */
/**
 * @typedef {object} Build
 * @property {string} version
 * @property {number} diskMegabytes
 * @property {import('./registries.mjs').PinnedWheel[]} wheels
 * @property {import('./registries.mjs').PinnedJar} [jar] where no wheel holds the library: Windows' is part of the Python module
 */

/**
 * What is taken out of the wheels and the jar, and where it goes. One flat folder: TensorFlow's and CUDA's libraries all look
 * for one another beside themselves ($ORIGIN), and so does the binding.
 * @type {[RegExp, string][]}
 */
const taken = [
  [/^tensorflow\/(libtensorflow_(?:cc|framework)\.(?:so\.2|2\.dylib))$/, '$1'],
  [/^tensorflow\.libs\/([^/]+)$/, '$1'],
  [/^nvidia\/[^/]+\/lib\/([^/]+\.so[^/]*)$/, '$1'],
  [/^tensorflow\/(include\/(?:tensorflow\/c\/|tensorflow\/core\/platform\/ctstring|tsl\/c\/|tsl\/platform\/ctstring).*\.h)$/, '$1'],
  [/^tensorflow\/(THIRD_PARTY_NOTICES\.txt)$/, '$1'],
  // Microsoft's run-time library too, which a fresh Windows does not have. Windows looks for all of them beside the binding.
  [/^org\/tensorflow\/internal\/c_api\/windows-x86_64\/((?:tensorflow|msvcp140|vcruntime140(?:_1)?)\.dll)$/, '$1'],
  [/^org\/tensorflow\/internal\/c_api\/windows-x86_64\/LICENSE$/, 'THIRD_PARTY_NOTICES.txt']
]

/** @type {import('./step.mjs').Step} */
export const tensorflow = {
  id: 'tensorflow',
  title: 'TensorFlow library',
  provides: 'tensorflow',
  async run(context) {
    // An installer carries the CPU build, whatever this machine has.
    const wanted = context.foreign ? /** @type {Kind[]} */ (['cpu']) : wantedKinds(context.environment, hasNvidiaDriver())
    /** @type {SetupProblem | undefined} */
    let problem
    for (const kind of wanted) {
      try {
        const { folder, made, version } = await ensureTensorflow(kind, context)
        context.library = { kind, version, folder }
        return { did: made, detail: `${version}, ${kind === 'gpu' ? 'CUDA build' : 'CPU build'}`, problem }
      } catch (error) {
        if (kind === wanted.at(-1)) throw error
        const { message, remedy } = asProblem(error)
        problem = new SetupProblem(`the CUDA build is not in use: ${message}`, remedy)
      }
    }
    throw new SetupProblem('no kind of TensorFlow was asked for', 'unset GRAFT_TENSORFLOW')
  }
}

/**
 * @param {Kind} kind
 * @param {import('./step.mjs').SetupContext} context
 */
async function ensureTensorflow(kind, { cache, target, versions, report }) {
  const build = /** @type {Record<string, Build | undefined>} */ (versions.tensorflow[kind])[target]
  if (build === undefined) throw notOnThisSystem(kind, target)
  const name = `tensorflow-${kind}-${build.version}-${target}`
  const key = createHash('sha256').update([...build.wheels, ...build.jar ? [build.jar] : []].map(({ sha256 }) => sha256).join()).digest('hex')
  const part = await ensurePart(cache.runtime, name, key, async (temporary) => {
    await requireSpace(cache.runtime, build.diskMegabytes)
    await mkdir(cache.downloads, { recursive: true })
    /** @type {(file: import('./registries.mjs').PinnedPackage, fetch: (folder: string) => Promise<void>) => Promise<void>} */
    const take = async (file, fetch) => {
      report(`fetching ${file.package} ${file.version}, ${file.megabytes} MB`)
      const archive = await ensureDownload(file, cache.downloads, fetch)
      report(`unpacking ${file.package}`)
      if (await takeFromZip(archive, temporary, chooseFile) === 0) {
        throw new SetupProblem(`${file.file} holds none of the expected libraries`, 'report this: the pinned version is wrong')
      }
    }
    for (const wheel of build.wheels) await take(wheel, (folder) => fetchWheel(wheel, folder, cache.log))
    const { jar } = build
    if (jar) await take(jar, (folder) => fetchJar(jar, folder, cache.log))
  })
  // The CUDA build's wheels are 3 GB: kept, they would nearly double what it takes on the disk.
  if (part.made && build.wheels.length > 1) {
    for (const wheel of build.wheels) await rm(path.join(cache.downloads, wheel.file), { force: true })
  }
  return { ...part, version: build.version }
}

/**
 * @param {string} name a file's path in a wheel
 * @returns {string | undefined} its path in the part, when it is needed
 */
export function chooseFile(name) {
  if (name.split('/').includes('..')) return undefined
  for (const [pattern, place] of taken) {
    if (pattern.test(name)) return name.replace(pattern, place)
  }
  return undefined
}

/**
 * Best first. `GRAFT_TENSORFLOW=cpu` or `gpu` decides; otherwise an NVIDIA driver does.
 * @param {NodeJS.ProcessEnv} environment
 * @param {boolean} nvidia
 * @returns {Kind[]}
 */
export function wantedKinds(environment, nvidia) {
  if (environment.GRAFT_TENSORFLOW === 'cpu') return ['cpu']
  return environment.GRAFT_TENSORFLOW === 'gpu' || nvidia ? ['gpu', 'cpu'] : ['cpu']
}

function hasNvidiaDriver() {
  // The second is where Windows puts the driver inside WSL.
  return process.platform === 'linux' && ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1'].some(existsSync)
}

/**
 * @param {Kind} kind
 * @param {string} target
 */
export function notOnThisSystem(kind, target) {
  if (kind === 'gpu') return new SetupProblem(`there is no CUDA build of TensorFlow for ${target}`, 'nothing need be done')
  const remedies = {
    'win32-arm64': 'run Graft inside WSL (Ubuntu) for native speed'
  }
  return new SetupProblem(
    `set-up has no TensorFlow library for ${target}, so the engine computes with WebAssembly`,
    /** @type {Record<string, string>} */ (remedies)[target] ?? 'use Linux on x86-64 or arm64, or macOS, for native speed'
  )
}
