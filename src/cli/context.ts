import { resolve } from 'node:path'
import { GraftError } from '../contract/errors'
import type { Doctor } from '../contract/doctor'
import type { Language, Text } from '../contract/text'
import type { MethodSummary } from '../contract/methods'
import type { Engine, EngineOptions } from '../engine'
import type { Library } from '../library'
import type { BackOff } from '../library/intake/known'
import { missingEmbedded } from '../library/models'
import type { WorkerCommand } from '../supervision/supervisor'
import type { Damaged } from '../contract/app'
import type { Result } from './output/result'
import { Progress, type Terminal } from './output/progress'

/** What the process gives the command line; a test gives its own. */
export interface Surroundings {
  /** Arguments after the program's name. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdout: Terminal
  stderr: Terminal
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  version: string
  /** The file that runs as this program, to start it again. */
  program: string
  /** The program that trains a run in a process of its own. */
  worker: Pick<WorkerCommand, 'executable' | 'arguments'>
  /** The data folder when no flag names one. */
  defaultDataDir: string
  cacheDir: string
  /** How a download waits before it tries again; as usual where it is absent. */
  backOff?: BackOff
  openLibrary(dataDir: string): Library
  /** Puts the embedded samples into the catalogue where they are missing; `again`: also those that a person removed. */
  installSamples(library: Library, options?: { again?: boolean }): Promise<string[]>
  /** Folders that may hold set-up's `current.json`, which names the models that come with Graft; the best first. */
  runtimeFolders: readonly string[]
  /** Which backends there are and why, without loading TensorFlow.js: this is asked often, and in a hurry. */
  diagnose(dataDir: string): Promise<Doctor>
  /** Loaded on first use: TensorFlow.js takes a moment, and most commands do without. */
  loadEngine(options: EngineOptions): Promise<Engine>
}

/** What a command works with. */
export class Context {
  /** The outcome of the command that ran. */
  result: Result | undefined
  /** Which kernels the engine is to have; set before it is loaded, by the benchmark. */
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

  /** A line on stderr: never in the way of `--json`. */
  notice(text: Text): void {
    this.surroundings.stderr.write(`${this.say(text)}\n`)
  }

  progress(): Progress {
    return new Progress(this.surroundings.stderr, this.language)
  }

  get library(): Library {
    return this.openedLibrary ??= this.surroundings.openLibrary(this.dataDir)
  }

  /** The library with the embedded samples in it, and runs whose process is gone marked as interrupted. */
  async readyLibrary(options: { again?: boolean } = {}): Promise<Library> {
    await this.surroundings.installSamples(this.library, options)
    await this.library.runs.interruptOrphans()
    return this.library
  }

  /**
   * Imports the models that come with Graft where they are missing: all of them, or those whose reference is in a text.
   * @param again also those that a person removed
   * @returns the ids of those that were brought
   */
  async readyModels({ mentioned, again = false }: { mentioned?: string, again?: boolean } = {}): Promise<string[]> {
    const { library: { models }, surroundings: { runtimeFolders } } = this
    const missing = (await missingEmbedded(models, runtimeFolders, { again }))
      .filter(({ id }) => mentioned === undefined || mentioned.includes(`model:${id}`))
    for (const { options } of missing) {
      await (await this.engine()).importModel(options, { signal: this.signal }).catch((error: unknown) => {
        // Another process of Graft, started at the same time, may have been faster.
        if (!(error instanceof GraftError) || error.code !== 'model-exists') throw error
      })
    }
    const ids = missing.map(({ id }) => id)
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

  /** Wraps a command's work for commander: keeps its result, which is printed when all is done. */
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
