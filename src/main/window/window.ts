import { join } from 'node:path'
import { existsSync } from 'node:fs'
import { BrowserWindow, clipboard, nativeTheme, screen } from 'electron'
import type { Log } from '../shell/log'
import type { Places } from '../shell/places'
import { atMostEvery } from '../jobs/progress-batch'
import type { Language } from '../../contract/text'
import { crashActions, crashPage } from './crash-page'
import { loadWindowState, placeWindow, saveWindowState, smallest } from './state'

interface WindowOptions {
  places: Places
  development: boolean
  log: Log
  /** The window's page. */
  address: string
  language(): Promise<Language>
  /** What is to be known of this program where it crashed. */
  details(): string[]
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
  reopenAfterCrash(window, options)
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

/**
 * Jobs live in main and their workers: a page that crashed is loaded again, a few times. Then a page without scripts says
 * what happened, and a person reloads it or takes the details along.
 */
function reopenAfterCrash(window: BrowserWindow, { log, address, language, details }: WindowOptions): void {
  let crashes = 0
  const last: string[] = []
  const contents = window.webContents
  // Nothing ever navigates: the hardening has already stopped this one, and its address says which button it was.
  const act = (event: { preventDefault(): void }, target: string): void => {
    event.preventDefault()
    const action = target.replace(/\/$/, '')
    if (action === crashActions.copy) clipboard.writeText([...details(), ...last].join('\n'))
    if (action !== crashActions.reload) return
    contents.removeListener('will-navigate', act)
    // One more try, and then this page again.
    crashes = crashesAllowed
    window.loadURL(address).catch((error: unknown) => log.error('the window could not be loaded', error))
  }
  const show = async (): Promise<void> => {
    const text = [...details(), ...last.slice(-crashesAllowed - 1)].join('\n')
    await window.loadURL(crashPage(text, await language()))
    contents.removeListener('will-navigate', act)
    contents.on('will-navigate', act)
  }
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log.error(`the window's page is gone: ${reason} (${exitCode})`)
    if (reason === 'clean-exit') return
    crashes += 1
    last.push(`${new Date().toISOString()} ${reason} (${exitCode})`)
    if (crashes <= crashesAllowed) window.reload()
    else show().catch((error: unknown) => log.error('the page about crashes could not be shown', error))
  })
}
