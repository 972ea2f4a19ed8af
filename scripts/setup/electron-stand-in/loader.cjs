/**
 * Makes a packaged Electron behave like the development one: `electron [-r module]… folder [arguments]…`
 * loads the application in `folder`. Electron's own `default_app.asar` does this; the Electron taken from
 * another program has none. Same rules as electron/default_app/main.ts (MIT), Node 16 syntax.
 */
'use strict'

const { app } = require('electron')
const fs = require('fs')
const Module = require('module')
const path = require('path')

const preloaded = []
let folder
const given = process.argv.slice(1)
for (let index = 0; index < given.length && folder === undefined; index += 1) {
  if (given[index] === '-r' || given[index] === '--require') {
    preloaded.push(given[index + 1])
    index += 1
  } else if (!given[index].startsWith('-')) {
    folder = path.resolve(given[index])
  }
}

if (given.includes('--version')) {
  process.stdout.write(`v${process.versions.electron}\n`)
  app.exit(0)
} else if (folder === undefined) {
  process.stderr.write('Name the folder of the application to load: electron FOLDER\n')
  app.exit(2)
} else {
  load(folder)
}

/** Loads the application whose package.json lies in `folder`; an unreadable one ends the process with code 1. */
function load(folder) {
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true })
  try {
    if (preloaded.length > 0) Module._preloadModules(preloaded)
    const description = path.join(folder, 'package.json')
    if (fs.existsSync(description)) {
      const { name, productName, version } = JSON.parse(fs.readFileSync(description, 'utf8'))
      if (version) app.setVersion(version)
      if (productName || name) app.setName(productName || name)
      app.setPath('userData', path.join(app.getPath('appData'), app.getName()))
      app.setAppPath(folder)
    }
    Module._load(folder, Module, true)
  } catch (error) {
    process.stderr.write(`${folder} could not be loaded as an application: ${error && error.stack}\n`)
    app.exit(1)
  }
}
