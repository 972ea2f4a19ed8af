import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GraftError, type ErrorValue } from '../../contract/errors'
import { dataFolderGone, freeBytes } from '../../library/disk'

interface DiskRoomOptions {
  dataDir: string
  /** The run's checkpoints: as large as the next one will be. */
  checkpoints: string
  /** A file that the run's own folder always has, where it is waited for when it is gone. */
  waitFor?: string
  signal: AbortSignal
  /** The disk is full, and this is what is needed. */
  onPause(problem: ErrorValue): Promise<void>
  /** There is room, or the folder, again. */
  onGoOn(): Promise<void>
  lookEveryMilliseconds?: number
  /** Bytes free where the data folder is. */
  free?(dataDir: string): Promise<number>
}

/** Beyond the next checkpoint: records, series, answers. */
const besides = 32 << 20

/** Writing that waits while the disk is full or the data folder is away, instead of failing hours of work. */
export class DiskRoom {
  private waiting: Promise<void> | undefined
  private away: Promise<void> | undefined

  constructor(private readonly options: DiskRoomOptions) {}

  /**
   * Does work that writes; where the disk is full or the folder away, waits and does it again.
   * @throws what else it throws; the signal's reason
   */
  when = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (;;) {
      // Nothing may make a new folder in the place of the one that is away.
      await this.folderIsBack()
      try {
        return await work()
      } catch (error) {
        if (this.isAway) continue
        if (!(error instanceof GraftError) || error.code !== 'disk-full') throw error
        // Several writes may meet the full disk at once: one of them waits for all.
        this.waiting ??= this.wait().finally(() => { this.waiting = undefined })
        await this.waiting
      }
    }
  }

  /** Waits where the folder is away. @returns whether it was */
  async folderIsBack(): Promise<boolean> {
    if (!this.isAway) return false
    this.away ??= this.waitForFolder().finally(() => { this.away = undefined })
    await this.away
    return true
  }

  private get isAway(): boolean {
    const { waitFor } = this.options
    return waitFor !== undefined && !existsSync(waitFor)
  }

  private async waitForFolder(): Promise<void> {
    const { dataDir, onPause, onGoOn } = this.options
    await onPause(folderAway(dataDir))
    do await this.aWhile()
    while (this.isAway)
    await onGoOn()
  }

  private async wait(): Promise<void> {
    const { dataDir, onPause, onGoOn, free = freeBytes } = this.options
    const needed = await this.needed()
    await onPause(diskFull(dataDir, needed, await free(dataDir)))
    do await this.aWhile()
    while (await free(dataDir) < needed)
    await onGoOn()
  }

  /** @throws the signal's reason */
  private async aWhile(): Promise<void> {
    const { signal, lookEveryMilliseconds = 2_000 } = this.options
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, lookEveryMilliseconds)
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      signal.addEventListener('abort', done)
    })
    signal.throwIfAborted()
  }

  private async needed(): Promise<number> {
    const names = await readdir(this.options.checkpoints).catch(() => [])
    const sizes = await Promise.all(names.map((name) => stat(join(this.options.checkpoints, name)).then(({ size }) => size, () => 0)))
    return Math.max(0, ...sizes) + besides
  }
}

function diskFull(dataDir: string, needed: number, free: number): ErrorValue {
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
  return {
    code: 'disk-full',
    message: {
      en: `The disk of ${dataDir} is full: ${megabytes(needed)} are needed to go on, ${megabytes(free)} are free. The run waits.`,
      zh: `${dataDir} 所在磁盘已满：继续需要 ${megabytes(needed)}，可用 ${megabytes(free)}。运行正在等待。`
    },
    remedy: { en: 'Free some space; the run then goes on by itself.', zh: '请释放空间，运行随后会自动继续。' }
  }
}

function folderAway(dataDir: string): ErrorValue {
  const { code, message: { en, zh }, remedy } = dataFolderGone(dataDir).value
  return { code, message: { en: `${en} The run waits for it.`, zh: `${zh}运行正在等待。` }, ...(remedy && { remedy }) }
}
