import { powerSaveBlocker } from 'electron'

/** Keeps the machine from falling asleep while a job works; the screen may go dark. */
export class Awake {
  #blocker: number | undefined

  update(working: boolean): void {
    if (working && this.#blocker === undefined) this.#blocker = powerSaveBlocker.start('prevent-app-suspension')
    if (working || this.#blocker === undefined) return
    powerSaveBlocker.stop(this.#blocker)
    this.#blocker = undefined
  }
}
