import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { defaultCacheDir, defaultDataDir, portableEnvironment } from '../../library/disk'

/** Every path main needs, found once at start. */
export interface Places {
  dataDir: string
  /** What names the data folder, where that is not a choice made in the settings. */
  dataDirNamedBy?: 'flag' | 'environment' | 'portable'
  cacheDir: string
  /** Folders that may hold `current.json`, the best first. */
  runtimeFolders: string[]
  /** Folder of the engine's bundles. */
  engine: string
  samples: string
  /** Folder of the window's files. */
  renderer: string
  preload: string
  icon: string
  /** What says where newer versions come from; a checkout has none of its own. */
  updates?: string
}

interface Surroundings {
  argv: readonly string[]
  environment: NodeJS.ProcessEnv
  packaged: boolean
  /** Electron's `process.resourcesPath`. */
  resourcesPath: string
  /** The folder of main's bundle, `…/out/main`. */
  mainFolder: string
}

/** The value of `--name value` or `--name=value`; undefined where it is not given. */
export function flagValue(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((part) => part === `--${name}` || part.startsWith(`--${name}=`))
  const found = argv[at]
  if (found === undefined) return undefined
  return found.includes('=') ? found.slice(found.indexOf('=') + 1) : argv[at + 1]
}

/** Where everything lies, in a checkout and in an installed program. */
export function findPlaces({ argv, environment, packaged, resourcesPath, mainFolder }: Surroundings): Places {
  const out = dirname(mainFolder)
  const resources = packaged ? resourcesPath : join(dirname(out), 'resources')
  const portable = packaged ? portableEnvironment(resourcesPath, environment) : {}
  const surroundings = packaged ? { ...environment, ...portable } : environment
  const cacheDir = defaultCacheDir(surroundings)
  const flag = flagValue(argv, 'data-dir')
  const namedBy = flag ? 'flag' : environment['GRAFT_DATA_DIR'] ? 'environment' : portable['GRAFT_DATA_DIR'] ? 'portable' : undefined
  return {
    dataDir: flag ? resolve(flag) : defaultDataDir(surroundings),
    ...(namedBy && { dataDirNamedBy: namedBy }),
    cacheDir,
    runtimeFolders: [
      ...(environment['GRAFT_RUNTIME_DIR'] ? [resolve(environment['GRAFT_RUNTIME_DIR'])] : []),
      ...(packaged ? [join(resourcesPath, 'runtime')] : []),
      join(cacheDir, 'runtime')
    ],
    engine: findEngine(out, resourcesPath, packaged),
    samples: join(resources, 'samples'),
    renderer: join(out, 'renderer'),
    preload: join(out, 'preload', 'index.js'),
    icon: join(resources, 'icons', 'icon.png'),
    ...(packaged ? { updates: join(resourcesPath, 'updates.json') } : environment['GRAFT_UPDATES_FILE'] && { updates: environment['GRAFT_UPDATES_FILE'] })
  }
}

/** Plain Node cannot read an archive of Electron's: an installed engine lies beside it. */
function findEngine(out: string, resourcesPath: string, packaged: boolean): string {
  if (!packaged) return join(out, 'engine')
  const installed = join(resourcesPath, 'engine')
  return existsSync(installed) ? installed : join(out.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked'), 'engine')
}
