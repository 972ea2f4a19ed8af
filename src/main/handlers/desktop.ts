import { existsSync } from 'node:fs'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, shell, systemPreferences } from 'electron'
import type { CameraPlace } from '../../contract/camera'
import { GraftError } from '../../contract/errors'
import type { Language } from '../../contract/text'
import { chosenLocation } from '../../library/disk'
import type { Desktop } from './context'
import type { Places } from '../shell/places'
import { isStandIn } from '../shell/platform'
import { cameraTexts } from '../shell/texts'

/** The Electron that the installers carry, from package.json at build time. */
declare const SHIPPED_ELECTRON: string

const pictureEndings = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'avif', 'jp2', 'j2k']

/** Dialogues, folders and facts of this system. */
export function systemDesktop({ dataDir, dataDirNamedBy }: Places, window: BrowserWindow, language: () => Promise<Language>): Desktop {
  return {
    info: () => {
      const { electron = '', chrome = '', node = '' } = process.versions
      return {
        version: app.getVersion(), platform: process.platform, locale: app.getLocale(), dataDir,
        ...(dataDirNamedBy && { dataDirNamedBy }), ...before(dataDir),
        versions: { graft: app.getVersion(), electron, chrome, node },
        electronStandIn: isStandIn(electron, SHIPPED_ELECTRON)
      }
    },
    restart: () => {
      // An AppImage's own program is gone once it has quit: the file itself is started.
      const { APPIMAGE, APPDIR } = process.env
      app.relaunch(APPIMAGE && APPDIR && process.execPath.startsWith(APPDIR) ? { execPath: APPIMAGE, args: process.argv.slice(1) } : {})
      // Nothing is under way, and nobody is asked whether what waits should go on here: it must not.
      app.exit(0)
    },
    openFolder: async (path) => {
      const problem = await access(path).then(() => shell.openPath(path), () => 'it does not exist')
      if (problem === '') return
      throw new GraftError('folder-not-opened', {
        en: `The folder ${path} could not be opened: ${problem}.`, zh: `无法打开文件夹 ${path}：${problem}。`
      })
    },
    showFile: (path) => shell.showItemInFolder(path),
    choosePath: async (kind, shown) => {
      const { filePaths } = await dialog.showOpenDialog(window, {
        properties: [kind === 'folder' ? 'openDirectory' : 'openFile'],
        ...(shown && {
          filters: [{ name: shown.name, extensions: shown.endings.map((ending) => ending.slice(1)) }, { name: '*', extensions: ['*'] }]
        })
      })
      return filePaths[0] ?? null
    },
    choosePictures: async () => {
      const { filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openFile', 'multiSelections'],
        filters: [{ name: 'JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, JPEG 2000', extensions: pictureEndings }, { name: '*', extensions: ['*'] }]
      })
      return filePaths
    },
    askForCamera: async (place) => askForCamera(window, place, await language()),
    cameraAllowed,
    chooseSaveAs: async (suggestedName) => {
      const { filePath } = await dialog.showSaveDialog(window, { defaultPath: suggestedName })
      return filePath || null
    },
    printPage
  }
}

/** Main asks, not the page: what the page says of itself counts for nothing here. */
async function askForCamera(window: BrowserWindow, place: CameraPlace, language: Language): Promise<boolean> {
  const { title, detail, allow, refuse } = cameraTexts
  const { response } = await dialog.showMessageBox(window, {
    type: 'question', message: title[language], detail: detail[place][language],
    buttons: [allow[language], refuse[language]], defaultId: 0, cancelId: 1, noLink: true
  })
  return response === 0
}

/** macOS asks its person itself, once; Windows has a switch in its settings; Linux has neither. */
async function cameraAllowed(): Promise<boolean> {
  if (process.platform === 'darwin') return systemPreferences.askForMediaAccess('camera')
  if (process.platform === 'win32') return systemPreferences.getMediaAccessStatus('camera') !== 'denied'
  return true
}

/** The folder that the data were copied from stays until its person deletes it. */
function before(dataDir: string): { dataDirBefore?: string } {
  const chosen = chosenLocation()
  return chosen?.before !== undefined && chosen.dataDir === dataDir && existsSync(join(chosen.before, 'datasets')) ? { dataDirBefore: chosen.before } : {}
}

/** Prints a page that nobody sees, in a window of its own in which no script runs and which reaches nothing else. */
async function printPage(page: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'graft-print-'))
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true, javascript: false, partition: 'graft-print' } })
  try {
    const file = join(folder, 'page.html')
    await writeFile(file, page)
    // The page's pictures are within it: nothing but the file itself is read.
    window.webContents.session.webRequest.onBeforeRequest(({ url }, callback) => callback({ cancel: !/^(?:file|data):/.test(url) }))
    await window.loadFile(file)
    return await window.webContents.printToPDF({ pageSize: 'A4', printBackground: true })
  } finally {
    window.destroy()
    await rm(folder, { recursive: true, force: true })
  }
}
