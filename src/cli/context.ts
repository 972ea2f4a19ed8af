import { resolve } from 'node:path'
import { GraftError } from '../contract/errors'
import type { Doctor } from '../contract/doctor'
import type { Language, Text } from '../contract/text'
import type { MethodSummary } from '../contract/methods'
import type { Engine, EngineOptions } from '../engine'
import type { Library } from '../library'
import type { BackOff } from '../library/intake/known'
import { dataFolderGone, exists } from '../library/disk'
import { missingEmbedded } from '../library/models'
import { clearLeftovers } from '../library/repair'
import type { WorkerCommand } from '../supervision/supervisor'
import type { Damaged } from '../contract/app'
import type { Result } from './output/result'
import { Progress, type Terminal } from './output/progress'
import { terminalSafe } from './output/terminal-safe'

/** What the command line gets from its process. Tests give their own. */
export interface Surroundings {
  /** Arguments after the program's name. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdout: Terminal
  stderr: Terminal
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  /** Aborted before it where the terminal was closed: work that goes on elsewhere is let go, not cancelled. */
  hungUp?: AbortSignal
  version: string
  /** The file that runs as this program, to start it again. */
  program: string
  /** Tells this build of the program from any other. */
  programMark(): string
  /** The program that trains a run in its own process. */
  worker: Pick<WorkerCommand, 'executable' | 'arguments'>
  /** The data folder if no flag names one. */
  defaultDataDir: string
  cacheDir: string
  /** How long a download waits before it tries again; the usual time when absent. */
  backOff?: BackOff
  openLibrary(dataDir: string): Library
  /** Adds missing embedded samples to the catalogue. With `again` also those that a person removed. */
  installSamples(library: Library, options?: { again?: boolean }): Promise<string[]>
  /** Folders that may hold the `current.json` of set-up, the best first. It names the models that come with Graft. */
  runtimeFolders: readonly string[]
  /** Which backends there are and why, without loading TensorFlow.js: this is asked often, and in a hurry. */
  diagnose(dataDir: string): Promise<Doctor>
  /** Loaded on first use, for TensorFlow.js takes a moment and most commands do not need it. */
  loadEngine(options: EngineOptions): Promise<Engine>
}

/** Of a full or a read-only disk: what is there can be looked at all the same, and what has to be written says so itself. */
const cannotWrite = (error: unknown): error is GraftError =>
  error instanceof GraftError && ['disk-full', 'not-permitted', 'data-folder-not-writable'].includes(error.code)

/** What a command works with. */
export class Context {
  /** The outcome of the command that ran. */
  result: Result | undefined
  /** Which kernels the engine gets. The benchmark sets it before the engine is loaded. */
  kernels: EngineOptions['kernels']
  private dataDirectory: string
  private openedLibrary: Library | undefined
  private loadedEngine: Promise<Engine> | undefined

  constructor(readonly surroundings: Surroundings, readonly language: Language) {
    this.dataDirectory = surroundings.defaultDataDir
  }

  get signal(): AbortSignal {
    return this.surroundings.signal
  }

  get dataDir(): string {
    return this.dataDirectory
  }

  set dataDir(path: string) {
    this.dataDirectory = resolve(path)
  }

  /** The text in the person's language. */
  say = (text: Text): string => text[this.language]

  /** Writes a line on stderr, so that it never gets into the output of `--json`. */
  notice(text: Text): void {
    this.surroundings.stderr.write(`${terminalSafe(this.say(text))}\n`)
  }

  progress(): Progress {
    return new Progress(this.surroundings.stderr, this.language)
  }

  get library(): Library {
    return this.openedLibrary ??= this.surroundings.openLibrary(this.dataDir)
  }

  /** The library. The embedded samples are in it, and runs whose process is gone are marked as interrupted. */
  async readyLibrary(options: { again?: boolean } = {}): Promise<Library> {
    await this.surroundings.installSamples(this.library, options).catch((error: unknown) => {
      if (!cannotWrite(error) || options.again) throw error
      this.notice(error.value.message)
    })
    await this.library.runs.interruptOrphans()
    // Every run's folder is looked through by `graft repair` and by the window's start.
    await clearLeftovers(this.library.dataDir, { everywhere: false }).catch(() => undefined)
    return this.library
  }

  /**
   * The same for a command that is about a run which is there already. Where the data folder is missing, as with a disk that was
   * taken out, there is none, and nothing is made in its place: that would be in the way when it comes back.
   * @throws GraftError `data-folder-gone`
   */
  async keptLibrary(): Promise<Library> {
    if (await exists(this.dataDir)) return this.readyLibrary()
    throw dataFolderGone(this.dataDir, { en: 'Or name another folder with --data-dir.', zh: '也可用 --data-dir 指定其他文件夹。' })
  }

  /**
   * Imports missing models that come with Graft: all, or only those whose reference occurs in a text.
   * @param again also those that a person removed
   * @returns the ids of those that were brought
   */
  async readyModels({ mentioned, again = false }: { mentioned?: string, again?: boolean } = {}): Promise<string[]> {
    const { library: { models }, surroundings: { runtimeFolders } } = this
    const missing = (await missingEmbedded(models, runtimeFolders, { again }))
      .filter(({ id }) => mentioned === undefined || mentioned.includes(`model:${id}`))
    const ids: string[] = []
    for (const { id, options } of missing) {
      try {
        await (await this.engine()).importModel(options, { signal: this.signal })
      } catch (error) {
        if (cannotWrite(error) && mentioned === undefined && !again) {
          this.notice(error.value.message)
          continue
        }
        // Another process of Graft, started at the same time, may have been faster.
        if (!(error instanceof GraftError) || error.code !== 'model-exists') throw error
      }
      ids.push(id)
    }
    await models.removedEmbedded.delete(ids)
    return ids
  }

  engine(): Promise<Engine> {
    const { library, kernels, surroundings } = this
    return this.loadedEngine ??= surroundings.loadEngine({ library, cacheDir: surroundings.cacheDir, ...(kernels && { kernels }) })
  }

  async methods(): Promise<MethodSummary[]> {
    return (await this.engine()).catalogue().methods
  }

  /** Wraps the work of a command for commander and keeps its result. That is printed when all is done. */
  action<Arguments extends unknown[]>(work: (...args: Arguments) => Promise<Result> | Result): (...args: Arguments) => Promise<void> {
    return async (...args) => {
      this.result = await work(...args)
    }
  }

  /** Says which records could not be read and were left out. */
  tellDamaged(damaged: readonly Damaged[]): void {
    for (const { error } of damaged) this.notice(error.message)
  }
}
