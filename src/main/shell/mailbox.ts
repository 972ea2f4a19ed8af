import type { WebContents } from 'electron'

/** News on its way to the window: what comes before the page is there waits for it. */
export class Mailbox {
  readonly #waiting: [string, unknown][] = []
  #page: Pick<WebContents, 'send' | 'isDestroyed'> | undefined

  /** From now on news goes to this page, whenever it is loaded. */
  attach(page: WebContents): void {
    const gone = (): void => { this.#page = undefined }
    page.on('did-navigate', gone)
    page.on('render-process-gone', gone)
    page.on('did-finish-load', () => {
      this.#page = page
      for (const [channel, payload] of this.#waiting.splice(0)) this.post(channel, payload)
    })
  }

  post(channel: string, payload: unknown): void {
    if (!this.#page) this.#waiting.push([channel, payload])
    else if (!this.#page.isDestroyed()) this.#page.send(channel, payload)
  }
}
