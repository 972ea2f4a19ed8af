import { setPriority } from 'node:os'
import type { Text } from '../../contract/text'
import type { LaunchWorker } from './jobs'
import type { Log } from '../shell/log'
import { findNode, workerArguments, workerEnvironment } from './node-runtime'
import type { Places } from '../shell/places'
import { WorkerSupervisor } from '../../supervision/supervisor'

/** Nicer than the window, so that it stays quick while every core computes. */
const workerPriority = 5

/** Starts supervised workers with the Node that Graft ships; `onWarning` hears once when another one has to do. */
export function workerLauncher(places: Places, log: Log, onWarning: (warning: Text) => void): LaunchWorker {
  let warned = false
  return async (job, listeners) => {
    const node = await findNode(places.runtimeFolders, process.env)
    if (node.warning && !warned) {
      warned = true
      log.warn(node.warning.en)
      onWarning(node.warning)
    }
    return new WorkerSupervisor({
      command: {
        executable: node.path, arguments: workerArguments(places.engine), environment: workerEnvironment(process.env, node)
      },
      job, dataDir: places.dataDir, cacheDir: places.cacheDir, ...listeners,
      onStarted: (pid) => {
        // A model's class names alone would fill a page.
        log.info(`worker ${pid} begins: ${JSON.stringify(job).slice(0, 1_000)}`)
        try {
          setPriority(pid, workerPriority)
        } catch (error) {
          log.debug(`worker ${pid} keeps its priority`, error)
        }
      },
      onLog: (line) => log.info(`worker: ${line}`)
    })
  }
}
