import type { BrowserWindow } from 'electron'
import type { JobStatus } from '../../contract/jobs/status'
import { isWorking } from '../../rules/states'

/** Electron's word for a bar that is taken away, and anything above 1 for one without an end. */
const [none, endless] = [-1, 2]

/** How far the work is, as the taskbar or the dock shows it at the window's icon: the job that the rail shows too. */
function workShown(jobs: readonly JobStatus[]): number {
  const job = jobs.find(isWorking)
  if (!job) return none
  const { done, total } = job.progress ?? { done: 0 }
  return total === undefined || total === 0 ? endless : Math.min(1, done / total)
}

/** Shows it, where it has changed by a hundredth: jobs tell of themselves several times a second. */
export class Taskbar {
  #shown = none

  constructor(private readonly window: Pick<BrowserWindow, 'setProgressBar' | 'isDestroyed'>) {}

  update(jobs: readonly JobStatus[]): void {
    const share = Math.round(workShown(jobs) * 100) / 100
    if (share === this.#shown || this.window.isDestroyed()) return
    this.#shown = share
    this.window.setProgressBar(share)
  }
}
