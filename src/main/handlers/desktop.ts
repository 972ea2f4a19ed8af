import { access } from 'node:fs/promises'
import { app, dialog, shell, type BrowserWindow } from 'electron'
import { GraftError } from '../../contract/errors'
import type { Desktop } from './context'
import { isStandIn } from '../shell/platform'

/** The Electron that the installers carry, from package.json at build time. */
declare const SHIPPED_ELECTRON: string

const pictureEndings = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'bmp', 'tif', 'tiff', 'avif']

/** Dialogues, folders and facts of this system. */
export function systemDesktop(dataDir: string, window: BrowserWindow): Desktop {
  return {
    info: () => {
      const { electron = '', chrome = '', node = '' } = process.versions
      return {
        version: app.getVersion(), platform: process.platform, locale: app.getLocale(), dataDir,
        versions: { graft: app.getVersion(), electron, chrome, node },
        electronStandIn: isStandIn(electron, SHIPPED_ELECTRON)
      }
    },
    openFolder: async (path) => {
      const problem = await access(path).then(() => shell.openPath(path), () => 'it does not exist')
      if (problem === '') return
      throw new GraftError('folder-not-opened', {
        en: `The folder ${path} could not be opened: ${problem}.`, zh: `无法打开文件夹 ${path}：${problem}。`
      })
    },
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
        filters: [{ name: 'JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF', extensions: pictureEndings }, { name: '*', extensions: ['*'] }]
      })
      return filePaths
    },
    chooseSaveAs: async (suggestedName) => {
      const { filePath } = await dialog.showSaveDialog(window, { defaultPath: suggestedName })
      return filePath || null
    }
  }
}
