import { statSync } from 'node:fs'
import { join } from 'node:path'
import { versions } from '../engine/versions'
import { openLibrary } from '../library'
import { installSamples } from '../library/datasets'
import { defaultCacheDir, defaultDataDir, portableEnvironment } from '../library/disk'
import { exitCodes } from './output/errors'
import { installedRuntime, samplesFolder } from './running/places'
import { runCommandLine } from './program'
import type { Terminal } from './output/progress'

function terminal(stream: NodeJS.WriteStream): Terminal {
  // The reader may go away, as in `graft runs list | head`. Output that nobody reads is no failure.
  let open = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    open = false
  })
  return {
    isTTY: stream.isTTY,
    columns: stream.columns || 100,
    write: (text) => {
      if (open) stream.write(text)
    },
    stream
  }
}

/**
 * Aborts at the first Ctrl-C or request to terminate; the second ends the process at once.
 */
function cancelOnSignals(): { signal: AbortSignal, hungUp: AbortSignal } {
  const controller = new AbortController()
  const hungUp = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(exitCodes.cancelled)
      if (signal === 'SIGHUP') hungUp.abort()
      controller.abort()
    })
  }
  return { signal: controller.signal, hungUp: hungUp.signal }
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> => new Promise((done) => {
  stream.write('', () => done())
})

async function main(): Promise<void> {
  // Nothing that a library prints may get into the JSON that a program reads.
  console.log = console.info = console.debug = console.error
  const runtime = installedRuntime(__dirname)
  if (runtime !== undefined) {
    process.env.GRAFT_RUNTIME_DIR ??= runtime
    Object.assign(process.env, portableEnvironment(join(__dirname, '..')))
  }
  const [stdout, stderr] = [terminal(process.stdout), terminal(process.stderr)]
  const exitCode = await runCommandLine({
    argv: process.argv.slice(2),
    env: process.env,
    stdout,
    stderr,
    ...cancelOnSignals(),
    version: versions().graft,
    program: __filename,
    programMark: () => {
      const { ino, size, mtimeMs } = statSync(__filename)
      return `${ino}-${size}-${mtimeMs}`
    },
    worker: { executable: process.execPath, arguments: [join(__dirname, 'worker.js')] },
    defaultDataDir: defaultDataDir(),
    cacheDir: defaultCacheDir(),
    openLibrary,
    installSamples: (library, options) => installSamples(library, samplesFolder(__dirname), options),
    runtimeFolders: [process.env.GRAFT_RUNTIME_DIR ?? join(defaultCacheDir(), 'runtime')],
    diagnose: async (dataDir) => (await import('../engine/doctor')).diagnose(dataDir, defaultCacheDir()),
    loadEngine: async (options) => (await import('../engine')).createEngine(options)
  })
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  // TensorFlow's threads would keep the process alive.
  process.exit(exitCode)
}

void main()
