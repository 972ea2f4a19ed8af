import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { GraftError } from '../../contract/errors'
import type { Text } from '../../contract/text'
import { readJson } from '../../library/disk'

/** The part of `current.json` (written by set-up and the installer) that main reads; paths may be relative to it. */
const currentSchema = z.object({
  node: z.object({ version: z.string(), path: z.string() }).optional()
})

/** The Node that runs the engine. */
interface NodeProgram {
  path: string
  version: string
  /** Folder of the `current.json` it came from, for the engine to find TensorFlow beside it. */
  runtimeFolder?: string
  /** Why it is not the one that Graft ships. */
  warning?: Text
}

const oldestMajor = 20

/**
 * The Node that Graft ships, found through `current.json` in one of the folders; else one of version 20 or newer on PATH,
 * with a warning. Never Electron's own: its allocator kills trainers. Throws `no-node` where there is none.
 */
export async function findNode(
  runtimeFolders: readonly string[], environment: NodeJS.ProcessEnv, platform: string = process.platform
): Promise<NodeProgram> {
  for (const folder of runtimeFolders) {
    const current = await readJson(join(folder, 'current.json'), currentSchema).catch(() => undefined)
    if (!current?.node) continue
    const path = resolve(folder, current.node.path)
    if (await isProgram(path)) return { path, version: current.node.version, runtimeFolder: folder }
  }
  const name = platform === 'win32' ? 'node.exe' : 'node'
  for (const folder of (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, name)
    const version = path === process.execPath || !await isProgram(path) ? undefined : await versionOf(path)
    if (version === undefined || Number(version.split('.')[0]) < oldestMajor) continue
    return {
      path, version,
      warning: {
        en: `The Node that Graft ships is missing, so the engine runs on ${path} (${version}).`,
        zh: `缺少 Graft 自带的 Node，引擎将使用 ${path}（${version}）运行。`
      }
    }
  }
  throw new GraftError('no-node', {
    en: `There is no Node ${oldestMajor} or newer to run the engine.`,
    zh: `没有可用于运行引擎的 Node ${oldestMajor} 或更新版本。`
  }, {
    remedy: {
      en: 'Run “npm run setup” in the checkout, or install Graft again.',
      zh: '请在源码目录运行“npm run setup”，或重新安装 Graft。'
    },
    details: [...runtimeFolders.map((folder) => join(folder, 'current.json')), `PATH=${environment['PATH'] ?? ''}`].join('\n')
  })
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false)
}

async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 5_000 })
    return /^v(\d+\.\d+\.\d+)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}

const passedOn = new RegExp([
  // Where things lie and what language they speak; Windows does not start programs without its own.
  '^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|NUMBER_OF_PROCESSORS)$',
  '^(USERPROFILE|APPDATA|LOCALAPPDATA|HOMEDRIVE|HOMEPATH|PROGRAMDATA)$',
  '^(LC_|XDG_|GRAFT_)',
  // The way to the network, and whom to trust there, for downloads.
  '^(HTTPS?_PROXY|NO_PROXY|NODE_EXTRA_CA_CERTS|NODE_USE_SYSTEM_CA)$',
  // What a person sets for TensorFlow and the graphics card.
  '^(TF_|CUDA|NVIDIA_|XLA_|OMP_|MKL_|LD_LIBRARY_PATH$|DYLD_LIBRARY_PATH$)'
].join('|'), 'i')

/** The environment of a worker: only what it needs, nothing of Electron's or of the Node options main was started with. */
export function workerEnvironment(environment: NodeJS.ProcessEnv, node: NodeProgram): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => passedOn.test(name)))
  return { ...kept, ...(node.runtimeFolder !== undefined && { GRAFT_RUNTIME_DIR: node.runtimeFolder }) }
}

/** The worker's bundle, named by its folder. */
export const workerArguments = (engine: string): string[] => [join(engine, 'worker.js')]
