import { jobOf } from '../../contract/jobs'
import type { JobStatus } from '../../contract/jobs/status'
import type { JobQueue } from '../jobs/jobs'

/** What a person may want when the window is closed while something works. */
export type ClosingChoice = 'background' | 'after-epoch' | 'now' | 'stay'

interface ClosingOptions {
  jobs: Pick<JobQueue, 'living' | 'hold' | 'resume' | 'idle' | 'cancel' | 'stopAfterEpoch'>
  ask(working: readonly JobStatus[]): Promise<ClosingChoice>
  /** Takes the window out of sight while its process works on. */
  hide(): void
  /** The window stays until the epoch is over: say so. */
  sayStopping(): void
  /** Ends the program; asks nothing. */
  quit(): void
}

/** A running job is never lost by closing the window: asks what is wanted, does it, and only then lets the program end. */
export class Closing {
  #mayLeave = false
  #asking = false

  constructor(private readonly options: ClosingOptions) {}

  /** Whether the window may close now. If not, the person is being asked. */
  mayClose(): boolean {
    if (this.#mayLeave || this.#working().length === 0) return true
    if (!this.#asking) void this.#ask()
    return false
  }

  /** Stops everything and ends the program, without asking: the system shuts down, or a terminal says so. */
  async stopNow(): Promise<void> {
    this.options.jobs.hold()
    await Promise.all(this.#working().filter(({ state }) => state !== 'queued').map(({ id }) => this.options.jobs.cancel(id)))
    await this.#leaveWhenIdle()
  }

  /** What would be lost; what nobody asked for is not. */
  #working(): JobStatus[] {
    return this.options.jobs.living().filter(({ kind, unasked }) => !jobOf(kind).disposable && !unasked)
  }

  async #ask(): Promise<void> {
    this.#asking = true
    try {
      const choice = await this.options.ask(this.#working())
      await this.#carryOut(choice)
    } finally {
      this.#asking = false
    }
  }

  async #carryOut(choice: ClosingChoice): Promise<void> {
    const { jobs, hide, sayStopping } = this.options
    switch (choice) {
      case 'stay': jobs.resume(); return
      case 'background':
        jobs.resume()
        hide()
        return
      case 'now': return this.stopNow()
      case 'after-epoch':
        jobs.hold()
        for (const { id, state, kind } of this.#working()) {
          if (kind === 'train' && state !== 'queued') jobs.stopAfterEpoch(id)
        }
        sayStopping()
        // Not awaited: whoever cannot wait for the epoch may close again and be asked again.
        void this.#leaveWhenIdle()
    }
  }

  async #leaveWhenIdle(): Promise<void> {
    const { jobs, quit } = this.options
    await jobs.idle()
    // The person may have changed their mind meanwhile, and other jobs may have begun.
    if (this.#working().some(({ state }) => state !== 'queued')) return
    this.#mayLeave = true
    quit()
  }
}
