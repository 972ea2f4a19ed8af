import { app, dialog, Menu, nativeImage, Notification, Tray, type BrowserWindow } from 'electron'
import type { Settings } from '../../contract/app'
import type { JobStatus } from '../../contract/jobs/status'
import type { Run } from '../../contract/runs'
import type { Language } from '../../contract/text'
import type { ClosingChoice } from './closing'
import { closingTexts, endTexts } from '../shell/texts'

const choices: ClosingChoice[] = ['background', 'after-epoch', 'now', 'stay']

/** Asks what to do with the jobs that still work. */
export async function askBeforeClosing(
  window: BrowserWindow, working: readonly JobStatus[], language: Language
): Promise<ClosingChoice> {
  const { title, detail, background, afterEpoch, now, stay } = closingTexts
  const { response } = await dialog.showMessageBox(window, {
    type: 'question', message: title[language], detail: detail(working.map((job) => job.title).join('\n'))[language],
    buttons: [background, afterEpoch, now, stay].map((text) => text[language]),
    defaultId: 0, cancelId: 3, noLink: true
  })
  return choices[response] ?? 'stay'
}

export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/**
 * Takes the window out of sight: hidden behind the dock on macOS and behind an icon in the notification area on Windows.
 * On Linux nobody can tell whether there is such an area, so the window stays minimised, where it can be found.
 */
export function hideWindow(window: BrowserWindow, icon: string, language: Language): void {
  if (process.platform === 'linux') return window.minimize()
  window.hide()
  if (process.platform !== 'win32') return
  const tray = new Tray(nativeImage.createFromPath(icon))
  tray.setToolTip(closingTexts.working[language])
  tray.setContextMenu(Menu.buildFromTemplate([
    { label: closingTexts.show[language], click: () => showWindow(window) },
    { label: closingTexts.now[language], click: () => app.quit() }
  ]))
  tray.on('click', () => showWindow(window))
  window.once('show', () => tray.destroy())
}

/** Tells of a run's end through the system, where the window cannot be seen and the person has not switched that off. */
export function notifyOfEnd(
  window: BrowserWindow, { name, state }: Pick<Run, 'name' | 'state'>, language: Language, { notifications = true }: Pick<Settings, 'notifications'>
): void {
  if (!notifications) return
  const text = endTexts[state]
  if (!text || window.isDestroyed() || window.isFocused() || !Notification.isSupported()) return
  const notification = new Notification({ title: 'Graft', body: `“${name}” ${text[language]}` })
  notification.on('click', () => showWindow(window))
  notification.show()
}
