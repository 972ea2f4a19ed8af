import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GraftError, type ErrorValue } from '../../contract/errors'
import { freeBytes } from '../../library/disk'

interface DiskRoomOptions {
  dataDir: string
  /** The run's checkpoints: as large as the next one will be. */
  checkpoints: string
  signal: AbortSignal
  /** The disk is full, and this is what is needed. */
  onPause(problem: ErrorValue): Promise<void>
  /** There is room again. */
  onGoOn(): Promise<void>
  lookEveryMilliseconds?: number
  /** Bytes free where the data folder is. */
  free?(dataDir: string): Promise<number>
}

/** Beyond the next checkpoint: records, series, answers. */
const besides = 32 << 20

/** Writing that waits while the disk is full, instead of failing hours of work. */
export class DiskRoom {
  private waiting: Promise<void> | undefined

  constructor(private readonly options: DiskRoomOptions) {}

  /** Does work that writes; where the disk is full, waits until there is room and does it again. @throws what else it throws; the signal's reason */
  when = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof GraftError) || error.code !== 'disk-full') throw error
        // Several writes may meet the full disk at once: one of them waits for all.
        this.waiting ??= this.wait().finally(() => { this.waiting = undefined })
        await this.waiting
      }
    }
  }

  private async wait(): Promise<void> {
    const { dataDir, signal, onPause, onGoOn, lookEveryMilliseconds = 2_000, free = freeBytes } = this.options
    const needed = await this.needed()
    await onPause(diskFull(dataDir, needed, await free(dataDir)))
    do {
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
    } while (await free(dataDir) < needed)
    await onGoOn()
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
