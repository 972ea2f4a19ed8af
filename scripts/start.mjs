import { spawnSync } from 'node:child_process'
import { buildIfStale, runGraft } from './build.mjs'
import { projectFolder } from './setup/paths.mjs'
import { setUp } from './setup/index.mjs'

// `npm start`: everything that is missing, then the window; without a display, the demo in the terminal.

const display = hasDisplay(process.platform, process.env)
const { usable, current } = await setUp({ quiet: true })
if (!usable || !(await buildIfStale())) {
  process.exitCode = 1
} else if (!display) {
  process.stdout.write('There is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so this is graft demo in the terminal.\n')
  process.exitCode = runGraft(['demo'])
} else if (current.electron === undefined) {
  process.stdout.write('Electron is not there (see above), so this is graft demo in the terminal.\n')
  process.exitCode = runGraft(['demo'])
} else {
  process.exitCode = openWindow(current.electron.path)
}

/**
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} environment
 */
function hasDisplay(platform, environment) {
  return platform !== 'linux' || Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY)
}

/** @param {string} electron */
function openWindow(electron) {
  const flags = []
  // Chromium refuses to run its sandbox as root.
  if (process.getuid?.() === 0) flags.push('--no-sandbox')
  if (!process.env.DISPLAY && process.env.WAYLAND_DISPLAY) flags.push('--ozone-platform=wayland')
  const environment = { ...process.env }
  // Set by some editors' terminals; Electron would start as plain Node.
  delete environment.ELECTRON_RUN_AS_NODE
  const { status } = spawnSync(electron, [...flags, projectFolder, ...process.argv.slice(2)], {
    stdio: 'inherit', env: environment
  })
  return status ?? 130
}
