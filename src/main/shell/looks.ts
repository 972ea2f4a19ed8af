import { app, Menu, nativeTheme } from 'electron'
import type { Command, Settings } from '../../contract/app'
import { menuTemplate } from './menu'
import { languageOf } from './settings'

/** Brings theme and native menu to what the settings say. */
export function applyLooks({ theme, language }: Settings, development: boolean, command: (command: Command) => void): void {
  nativeTheme.themeSource = theme
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({
    language: languageOf(language, app.getLocale()), platform: process.platform, development, command,
    about: () => app.showAboutPanel()
  })))
}

export function describeProgram(icon: string): void {
  app.setAboutPanelOptions({
    applicationName: 'Graft', applicationVersion: app.getVersion(), copyright: 'The Graft authors · Apache-2.0', iconPath: icon
  })
}
