import type { App, BrowserWindow, IpcMainInvokeEvent, Session } from 'electron'
import type { CameraGrant, MediaWanted } from './camera'
import { imageScheme } from './image-protocol'
import { windowScheme } from './protocol'

interface HardenOptions {
  app: App
  session: Session
  /** The window's page. */
  address: string
  development: boolean
  camera: CameraGrant
  onRefused(what: string, address: string): void
}

/** What the window may always do: put text on the clipboard, when a person presses Copy. Beside it only the camera, where it was opened. */
const granted = 'clipboard-sanitized-write'

/**
 * Keeps Chromium from looking after spelling. A window that does not want it is not enough: the session asks a server of
 * Google's for a dictionary at its first start, and past the rules for requests.
 */
export function withoutSpelling(session: Session): void {
  session.setSpellCheckerLanguages([])
  session.setSpellCheckerEnabled(false)
}

/** Refuses what the window never needs: other pages, new windows, webviews, permissions, downloads, remote content. */
export function harden({ app, session, address, development, camera, onRefused }: HardenOptions): void {
  const allowed = [
    `${windowScheme}://window/`, `${imageScheme}://dataset/`, 'data:', 'blob:',
    ...(development ? ['devtools:', address, address.replace(/^http/, 'ws')] : [])
  ]
  const own = originOf(address)
  const allows = (permission: string, origin: string, wanted: MediaWanted): boolean =>
    permission === granted || (permission === 'media' && originOf(origin) === own && camera.allows(wanted))
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(allows(permission, details.requestingUrl, details as MediaWanted))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) => allows(permission, origin, details as MediaWanted))
  session.on('will-download', (event, item) => {
    event.preventDefault()
    onRefused('download', item.getURL())
  })
  session.webRequest.onBeforeRequest(({ url }, callback) => {
    const cancel = !allowed.some((start) => url.startsWith(start))
    if (cancel) onRefused('request', url)
    callback({ cancel })
  })
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event, target) => {
      event.preventDefault()
      onRefused('navigation', target)
    })
    contents.on('will-redirect', (event, target) => {
      event.preventDefault()
      onRefused('redirect', target)
    })
    contents.on('will-attach-webview', (event) => {
      event.preventDefault()
      onRefused('webview', '')
    })
    contents.setWindowOpenHandler(({ url }) => {
      onRefused('new window', url)
      return { action: 'deny' }
    })
  })
}

/** Whether a request comes from the main frame of the application's own window, showing the application's own page. */
export function isOwnSender(window: BrowserWindow, address: string): (event: IpcMainInvokeEvent) => boolean {
  const own = originOf(address)
  return ({ sender, senderFrame }) =>
    sender === window.webContents && senderFrame !== null && senderFrame.parent === null && originOf(senderFrame.url) === own
}

/** Scheme and host; `URL.origin` is null for schemes of one's own. */
function originOf(address: string): string | undefined {
  try {
    const { protocol, host } = new URL(address)
    return `${protocol}//${host}`
  } catch {
    return undefined
  }
}
