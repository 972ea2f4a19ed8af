import { existsSync } from 'node:fs'
import { readFile, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { electronName, makeStandIn, standInName } from './electron-stand-in.mjs'
import { ensurePart, manifestName } from './parts.mjs'
import { asProblem, SetupProblem } from './problem.mjs'
import { lastLine, looksOffline, runTool } from './run-tool.mjs'

const retryRealAfterMs = 24 * 60 * 60 * 1000

/**
 * Electron as its npm package brings it; where its release host is out of reach, a stand-in for development and
 * tests. `ELECTRON_OVERRIDE_DIST_PATH` names another one, as it does for the npm package.
 * @type {import('./step.mjs').Step}
 */
export const electron = {
  id: 'electron',
  title: 'Electron',
  provides: 'electron',
  async run(context) {
    const { project, environment, current, report } = context
    if (context.foreign) return useForeign(context)
    const override = environment.ELECTRON_OVERRIDE_DIST_PATH
    if (override) {
      const program = path.join(override, await programName(project))
      if (!existsSync(program)) {
        throw new SetupProblem(`ELECTRON_OVERRIDE_DIST_PATH names ${override}, which holds no Electron`, 'correct it or unset it')
      }
      const version = (await readFile(path.join(override, 'version'), 'utf8').catch(() => 'unknown')).trim().replace(/^v/, '')
      const standIn = path.basename(path.resolve(override)) === standInName(context)
      current.electron = { version, path: program, standIn }
      return { did: false, detail: `${version}, named by ELECTRON_OVERRIDE_DIST_PATH`, problem: await sandboxProblem(program) }
    }

    const real = await installedElectron(project)
    if (real !== undefined) {
      current.electron = { ...real, standIn: false }
      return { did: false, detail: real.version, problem: await sandboxProblem(real.path) }
    }

    const standIn = await existingStandIn(context)
    if (standIn === undefined || await isOlderThan(standIn, retryRealAfterMs)) {
      report('fetching with its own installer')
      const reason = await installReal(context)
      const installed = await installedElectron(project)
      if (installed !== undefined) {
        current.electron = { ...installed, standIn: false }
        return { did: true, detail: installed.version, problem: await sandboxProblem(installed.path) }
      }
      if (standIn === undefined) return useStandIn(context, reason)
      await utimes(standIn, new Date(), new Date())
    }
    return useStandIn(context, '')
  }
}

/**
 * Electron of another system, for an installer made here: the download that Electron's own installer would make there.
 * @param {import('./step.mjs').SetupContext} context
 * @returns {Promise<import('./step.mjs').StepResult>}
 */
async function useForeign(context) {
  const { project, cache, current, target, report } = context
  const folder = path.join(project, 'node_modules', 'electron')
  const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
  const standIn = await existingStandIn(context)
  let reason = ''
  if (standIn === undefined || await isOlderThan(standIn, retryRealAfterMs)) {
    try {
      report(`fetching Electron ${version}`)
      const part = await ensurePart(cache.runtime, `electron-${version}-${target}`, version, async (temporary) => {
        const [platform, arch] = target.split('-')
        const { downloadArtifact } = await import('@electron/get')
        const checksums = JSON.parse(await readFile(path.join(folder, 'checksums.json'), 'utf8'))
        const archive = await downloadArtifact({ version, platform, arch, artifactName: 'electron', checksums })
        const { extract } = await import('@electron-internal/extract-zip')
        await extract(archive, { dir: temporary })
      })
      current.electron = { version, path: path.join(part.folder, electronName(target)), standIn: false }
      return { did: part.made, detail: version }
    } catch (error) {
      const { message } = /** @type {Error} */ (error)
      reason = looksOffline(message) ? 'its release host is out of reach' : lastLine(message)
      if (standIn !== undefined) await utimes(standIn, new Date(), new Date())
    }
  }
  return useStandIn(context, reason)
}

/**
 * @param {import('./step.mjs').SetupContext} context
 * @param {string} reason why the real one is not there
 * @returns {Promise<import('./step.mjs').StepResult>}
 */
async function useStandIn(context, reason) {
  const { made, program, version } = await makeStandIn(context).catch((error) => {
    const { message, remedy } = asProblem(error)
    throw new SetupProblem(`there is no Electron (${reason}), nor its stand-in (${message}), so no window opens`, remedy)
  })
  context.current.electron = { version, path: program, standIn: true }
  return {
    did: made,
    detail: `${version}, a stand-in for development and tests only: Electron's release host is out of reach`,
    problem: await sandboxProblem(program)
  }
}

/**
 * The Electron in node_modules, when its own installer has finished.
 * @param {string} project
 * @returns {Promise<{ version: string, path: string } | undefined>}
 */
async function installedElectron(project) {
  const folder = path.join(project, 'node_modules', 'electron')
  try {
    const { version } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
    const inside = await readFile(path.join(folder, 'path.txt'), 'utf8')
    const unpacked = (await readFile(path.join(folder, 'dist', 'version'), 'utf8')).trim().replace(/^v/, '')
    const program = path.join(folder, 'dist', inside)
    return unpacked === version && existsSync(program) ? { version, path: program } : undefined
  } catch {
    return undefined
  }
}

/**
 * Runs the installer of the npm package. It gives up on a host it cannot reach within seconds; the limit is for
 * slow lines.
 * @param {import('./step.mjs').SetupContext} context
 * @returns {Promise<string>} why it failed
 */
async function installReal({ project, cache }) {
  const script = path.join(project, 'node_modules', 'electron', 'install.js')
  const result = await runTool(process.execPath, [script], { log: cache.log, timeoutMs: 10 * 60_000 })
  if (result.code === 0) return 'its installer left nothing'
  if (result.timedOut) return 'its download took more than ten minutes'
  return looksOffline(result.output) ? 'its release host is out of reach' : lastLine(result.output)
}

/**
 * The stand-in's manifest, when there is one. Its date is that of the last try at the real Electron.
 * @param {import('./step.mjs').SetupContext} context
 */
async function existingStandIn(context) {
  const name = standInName(context)
  const manifest = name && path.join(context.cache.runtime, name, manifestName)
  return manifest && existsSync(manifest) ? manifest : undefined
}

/**
 * @param {string} file
 * @param {number} milliseconds
 */
async function isOlderThan(file, milliseconds) {
  return Date.now() - (await stat(file)).mtimeMs > milliseconds
}

/** @param {string} project */
async function programName(project) {
  const given = await readFile(path.join(project, 'node_modules', 'electron', 'path.txt'), 'utf8').catch(() => '')
  return given || electronName(process.platform)
}

/**
 * Ubuntu 23.10 and later deny ordinary programs the user namespaces that Chromium's sandbox is made of.
 * @param {string} program
 * @returns {Promise<SetupProblem | undefined>}
 */
async function sandboxProblem(program) {
  if (process.platform !== 'linux' || process.getuid?.() === 0 || program.endsWith('.exe')) return undefined
  const restriction = '/proc/sys/kernel/apparmor_restrict_unprivileged_userns'
  const restricted = (await readFile(restriction, 'utf8').catch(() => '0')).trim() === '1'
  if (!restricted) return undefined
  const helper = path.join(path.dirname(program), 'chrome-sandbox')
  const { uid, mode } = await stat(helper).catch(() => ({ uid: 0, mode: 0o4755 }))
  if (uid === 0 && (mode & 0o4000) !== 0) return undefined
  return new SetupProblem(
    'this system keeps user namespaces from Electron, whose sandbox then needs its helper to belong to root',
    `sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`
  )
}
