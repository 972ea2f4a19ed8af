import { existsSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from '../../library/disk'

interface DataFolderOptions {
  folder: string
  /** It was pulled out or renamed. */
  onGone(): void
  /** It is there again, the same one. */
  onBack(): void
  everyMilliseconds?: number
}

const markName = '.graft-data'

/**
 * Watches whether the data folder is there. A mark in it tells it from another folder of its name, such as the mount point
 * of a stick that was pulled out.
 */
export class DataFolder {
  readonly #mark: string
  #id: string | undefined
  #there = true
  #timer: NodeJS.Timeout | undefined

  constructor(private readonly options: DataFolderOptions) {
    this.#mark = join(options.folder, markName)
  }

  /** Marks the folder where it has no mark yet, and begins to watch. */
  async watch(): Promise<void> {
    this.#id = await this.#read()
    if (this.#id === undefined) {
      const id = newId()
      // On a read-only disk the folder itself has to do.
      this.#id = await fs.writeFile(this.#mark, id, { flag: 'wx' }).then(() => id, () => undefined)
    }
    this.#timer = setInterval(() => void this.look(), this.options.everyMilliseconds ?? 1_500)
    this.#timer.unref()
  }

  /** Whether it is there, by a look at its mark. */
  get there(): boolean {
    return existsSync(this.#id === undefined ? this.options.folder : this.#mark)
  }

  /** Looks, and tells what has changed. */
  async look(): Promise<void> {
    const there = this.#id === undefined ? existsSync(this.options.folder) : await this.#read() === this.#id
    if (there === this.#there) return
    this.#there = there
    if (there) this.options.onBack()
    else this.options.onGone()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #read(): Promise<string | undefined> {
    return fs.readFile(this.#mark, 'utf8').catch(() => undefined)
  }
}
