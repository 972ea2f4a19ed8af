import type { MenuItemConstructorOptions } from 'electron'
import type { Command } from '../../contract/app'
import type { Language } from '../../contract/text'
import { commandTexts, menuTexts } from './texts'

interface MenuOptions {
  language: Language
  platform: string
  /** Developer tools and reload: in development only. */
  development: boolean
  command(command: Command): void
  about(): void
}

const accelerators: Record<Command, string> = {
  'new-transfer': 'CmdOrCtrl+N', 'add-dataset': 'CmdOrCtrl+D', 'import-model': 'CmdOrCtrl+I', 'start': 'CmdOrCtrl+Enter', 'stop': 'CmdOrCtrl+.', 'find': 'CmdOrCtrl+F',
  'palette': 'CmdOrCtrl+K', 'help': '?',
  'screen-transfer': 'CmdOrCtrl+1', 'screen-runs': 'CmdOrCtrl+2', 'screen-compare': 'CmdOrCtrl+3',
  'screen-datasets': 'CmdOrCtrl+4', 'screen-models': 'CmdOrCtrl+5', 'screen-settings': 'CmdOrCtrl+6'
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

/** The native menu: the window's commands with their keys, and what every program has. */
export function menuTemplate({ language, platform, development, command, about }: MenuOptions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const text = (name: keyof typeof menuTexts): string => menuTexts[name][language]
  const role = (
    name: keyof typeof menuTexts, itemRole: NonNullable<MenuItemConstructorOptions['role']>
  ): MenuItemConstructorOptions => ({ label: text(name), role: itemRole })
  const item = (name: Command): MenuItemConstructorOptions => ({
    id: name, label: commandTexts[name][language], accelerator: accelerators[name],
    // The window itself listens to the keys and knows when a text field wants them; the menu shows them.
    registerAccelerator: false,
    click: () => command(name)
  })
  const aboutItem: MenuItemConstructorOptions = { id: 'about', label: text('about'), click: about }
  const application: MenuItemConstructorOptions = {
    label: 'Graft',
    submenu: [aboutItem, separator, role('hide', 'hide'), role('hideOthers', 'hideOthers'), separator, role('quit', 'quit')]
  }
  return [
    ...(mac ? [application] : []),
    {
      label: text('file'),
      submenu: [
        item('new-transfer'), separator, item('add-dataset'), item('import-model'), separator, item('screen-settings'), separator,
        mac ? role('close', 'close') : role('quit', 'quit')
      ]
    },
    {
      label: text('edit'),
      submenu: [
        role('undo', 'undo'), role('redo', 'redo'), separator,
        role('cut', 'cut'), role('copy', 'copy'), role('paste', 'paste'), role('selectAll', 'selectAll'), separator, item('find')
      ]
    },
    { label: text('run'), submenu: [item('start'), item('stop')] },
    {
      label: text('view'),
      submenu: [
        item('screen-transfer'), item('screen-runs'), item('screen-compare'), item('screen-datasets'), item('screen-models'),
        separator, item('palette'), separator,
        role('resetZoom', 'resetZoom'), role('zoomIn', 'zoomIn'), role('zoomOut', 'zoomOut'), role('fullScreen', 'togglefullscreen'),
        ...(development ? [separator, role('reload', 'reload'), role('developer', 'toggleDevTools')] : [])
      ]
    },
    { label: text('window'), submenu: [role('minimise', 'minimize'), role('close', 'close')] },
    { label: text('help'), submenu: [item('help'), ...(mac ? [] : [separator, aboutItem])] }
  ]
}
