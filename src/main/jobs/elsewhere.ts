import os from 'node:os'
import type { AppContract } from '../../contract/app'
import { GraftError } from '../../contract/errors'
import { placeSchema, type Place } from '../../contract/workers'
import type { Run } from '../../contract/runs'
import type { Library } from '../../library'
import { forgetStopWish, wishToStop } from '../../library/runs'
import { isOpen } from '../../rules/states'
import { runRef } from '../../rules/refs'
import type { SendEvent } from '../ipc'
import type { SettingsStore } from '../shell/settings'
import type { JobQueue } from './jobs'

interface ElsewhereOptions {
  library: Pick<Library, 'runs'>
  jobs: JobQueue
  settings: Pick<SettingsStore, 'get'>
  send: SendEvent<AppContract>
  onEnded?(run: Run): void
}

/** Studies that are computed on other machines, where a person has named some and switched that on. One worker looks after all of their runs. */
export class Elsewhere {
  #jobId: string | undefined

  constructor(private readonly options: ElsewhereOptions) {}

  /** Where studies go now; undefined where they are computed here. @throws `place-not-complete` where what is named does not do */
  async place(): Promise<Place | undefined> {
    const { elsewhere } = await this.options.settings.get()
    if (!elsewhere?.use) return undefined
    const place = placeSchema.safeParse({ ...elsewhere.place, cores: elsewhere.place.cores ?? threadsHere() })
    if (place.success) return place.data
    throw new GraftError('place-not-complete', {
      en: 'Studies are to be computed elsewhere, but the address or the shared folder is missing.', zh: '研究被设为在其他机器上计算，但缺少地址或共享文件夹。'
    }, { remedy: { en: 'Fill them in on the Studies screen, or switch that off there.', zh: '请在“研究”界面填写，或在那里关闭此项。' } })
  }

  /** Gives runs out; `fresh` ones begin anew, whatever an earlier attempt left there. */
  async send(runs: readonly Run[], place: Place, { fresh = false } = {}): Promise<void> {
    for (const { id } of runs) {
      await forgetStopWish(this.options.library.runs.paths(id).folder)
      await this.#change(id, ({ owner: _owner, error: _error, finishedAt: _finishedAt, ...run }) => ({ ...run, state: 'queued', away: { place, attempt: 0, ...(fresh && { fresh }) } }))
    }
    this.look()
  }

  /** A person wants the run to end there, at once or after the epoch it is in. False for one that is not away. */
  async stop(id: string, how: 'now' | 'after-epoch'): Promise<boolean> {
    const { away, state } = await this.options.library.runs.get(id)
    if (!away || !isOpen({ state })) return false
    await wishToStop(this.options.library.runs.paths(id).folder, how)
    this.look()
    return true
  }

  /** After a start: picks up what is out, and what ended runs left there. */
  async restore(): Promise<void> {
    if ((await this.options.library.runs.overview()).runs.some((run) => run.leftThere ?? (run.away && isOpen(run)))) this.look()
  }

  /** Starts the worker that looks after what is out, where none does. */
  look(): void {
    const { jobs, send, onEnded } = this.options
    if (this.#jobId !== undefined && jobs.living().some(({ id }) => id === this.#jobId)) return
    this.#jobId = jobs.add({
      kind: 'look-after', input: {}, title: 'Ray',
      onProgress: (_, news) => {
        for (const each of news) {
          if ('run' in each) {
            send('runs', 'changed', { id: each.run.id, run: each.run })
            if (isOpen(each.run)) continue
            if (each.run.state === 'done') send('models', 'changed', { ref: runRef(each.run.id) })
            onEnded?.(each.run)
          } else if (each.progress) send('runs', 'progress', { progress: each.progress, metrics: each.metrics })
        }
      },
      // Something may have been given out while it was about to end.
      onEnd: ({ kind }) => { if (kind === 'done') void this.#lookAgain().catch(() => undefined) }
    }).status.id
  }

  async #lookAgain(): Promise<void> {
    if ((await this.options.library.runs.overview()).runs.some((run) => run.away && isOpen(run))) this.look()
  }

  async #change(id: string, change: (run: Run) => Run): Promise<void> {
    const run = await this.options.library.runs.update(id, change)
    this.options.send('runs', 'changed', { id, run })
  }
}

/** As many threads as a run takes here, so that the numbers are the same. */
const threadsHere = (): number => Number(process.env.TF_NUM_INTRAOP_THREADS) || coresHere()

/** Node 16, as in Electron 22, has no `availableParallelism` yet. */
const coresHere = (): number => (os as Partial<typeof os>).availableParallelism?.() ?? os.cpus().length
