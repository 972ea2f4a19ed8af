import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { BrowserWindow, nativeTheme, screen } from 'electron'
import type { Log } from '../shell/log'
import type { Places } from '../shell/places'
import { atMostEvery } from '../jobs/progress-batch'
import { loadWindowState, placeWindow, saveWindowState, smallest } from './state'

interface WindowOptions {
  places: Places
  development: boolean
  log: Log
  /** Whether the window may close now. */
  mayClose(): boolean
}

/** The colour behind the page until it is painted, so that a dark window does not flash white. */
const backgrounds = { light: '#fbfbf9', dark: '#131513' }
const crashesAllowed = 3

/** The application's window: sandboxed, isolated, without Node; in the place it had last. It shows once its page is painted. */
export async function createWindow(options: WindowOptions): Promise<BrowserWindow> {
  const { places, development, log } = options
  const statePath = join(places.dataDir, 'window', 'state.json')
  const state = await loadWindowState(statePath)
  const window = new BrowserWindow({
    ...placeWindow(state, screen.getAllDisplays().map(({ workArea }) => workArea)),
    minWidth: smallest.width, minHeight: smallest.height, show: false, title: 'Graft',
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    ...(existsSync(places.icon) && { icon: places.icon }),
    webPreferences: {
      preload: places.preload, sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true,
      webviewTag: false, spellcheck: false, devTools: development
    }
  })
  if (state?.maximised) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', (event) => { if (!options.mayClose()) event.preventDefault() })
  window.webContents.on('page-title-updated', (event) => event.preventDefault())
  rememberPlace(window, statePath, log)
  reopenAfterCrash(window, log)
  return window
}

function rememberPlace(window: BrowserWindow, path: string, log: Log): void {
  const save = atMostEvery(500, () => {
    if (window.isDestroyed()) return
    saveWindowState(path, { bounds: window.getNormalBounds(), maximised: window.isMaximized() })
      .catch((error: unknown) => log.warn('the window\'s place could not be saved', error))
  })
  const call = (): void => save.call()
  window.on('resize', call)
  window.on('move', call)
  window.on('maximize', call)
  window.on('unmaximize', call)
  window.on('closed', () => save.cancel())
}

/** Jobs live in main and their workers: a page that crashed is loaded again, a few times. */
function reopenAfterCrash(window: BrowserWindow, log: Log): void {
  let crashes = 0
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error(`the window's page is gone: ${reason} (${exitCode})`)
    crashes += 1
    if (reason !== 'clean-exit' && crashes <= crashesAllowed) window.reload()
  })
}
