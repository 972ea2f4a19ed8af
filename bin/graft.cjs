#!/usr/bin/env node
'use strict'

// Old syntax here, so that an old Node can still read the sentence about itself.
var fs = require('fs')
var path = require('path')
var url = require('url')

var project = path.join(__dirname, '..')
var program = path.join(project, 'out', 'engine', 'cli.js')

/** The newest change under a file or folder, in milliseconds; 0 when it is not there. */
function newestChange(place) {
  var stat = fs.statSync(place, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return fs.readdirSync(place).reduce(function (newest, name) {
    return Math.max(newest, newestChange(path.join(place, name)))
  }, stat.mtimeMs)
}

function refuse(sentence) {
  process.stderr.write('graft: ' + sentence + '\n')
  process.exitCode = 1
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  refuse('Node.js ' + process.versions.node + ' is too old; install version 20 or newer.')
} else if (!fs.existsSync(program)) {
  refuse('this checkout is not built yet; run: npm run build')
} else {
  var sources = ['cli', 'engine', 'worker', 'library', 'images', 'rules', 'contract'].map(function (room) { return path.join(project, 'src', room) })
  if (Math.max.apply(null, sources.map(newestChange)) > fs.statSync(program).mtimeMs) {
    process.stderr.write('graft: the source is newer than this build; to use it, run: npm run build\n')
  }
  import(url.pathToFileURL(program).href).catch(function (error) {
    refuse('could not start: ' + (error && error.stack ? error.stack : error))
  })
}
