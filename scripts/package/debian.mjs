import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { howToInstall, SetupProblem } from '../setup/problem.mjs'
import { runTool } from '../setup/run-tool.mjs'
import { compressDebian } from './deb-compression.mjs'
import { bytesIn, copy } from './files.mjs'

/** @type {{ Installer: new (options: object) => any }} */
const { Installer } = createRequire(import.meta.url)('electron-installer-debian')

/** What Electron, Node and TensorFlow link to and do not bring. The second name is that of Ubuntu 24.04 and Debian 13. */
const depends = [
  'libc6 (>= 2.28)', 'libstdc++6 (>= 9)', 'libgtk-3-0 | libgtk-3-0t64', 'libatk-bridge2.0-0 | libatk-bridge2.0-0t64',
  'libatspi2.0-0 | libatspi2.0-0t64', 'libasound2 | libasound2t64', 'libcups2 | libcups2t64', 'libnss3 (>= 3.26)', 'libgbm1',
  'libdrm2', 'libxkbcommon0', 'libxcomposite1', 'libxdamage1', 'libxrandr2', 'libexpat1', 'libdbus-1-3'
]
const recommends = ['xdg-utils', 'fonts-noto-cjk | fonts-wqy-microhei | fonts-wqy-zenhei']
export const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512]

/** electron-installer-debian, with what this program depends on, and without the need for fakeroot. */
class GraftInstaller extends Installer {
  async generateDefaults() {
    this.defaults = {}
    return this.defaults
  }

  async createPackage() {
    const { compression } = this.options
    const [method, level] = compression.split(':')
    const byXz = method === 'xz'
    const { code, missing, output } = await runTool('dpkg-deb', [
      '--root-owner-group', `-Z${byXz ? 'none' : method}`, ...(byXz || level === undefined ? [] : [`-z${level}`]), '--build', this.stagingDir
    ])
    if (missing) throw new SetupProblem('there is no dpkg-deb here, which makes the .deb', howToInstall('dpkg'))
    if (code !== 0) throw new SetupProblem(`the .deb could not be made: ${output.trim()}`, 'see what dpkg-deb says')
    if (byXz) await compressDebian(`${this.stagingDir}.deb`, Number(level ?? 9))
  }
}

/**
 * Makes a .deb of the unpacked program: /usr/lib/graft, /usr/bin/graft, menu entry, icons, copyright.
 * @param {{ project: string, unpacked: string, version: string, description: string, compression: string, file: string }} options
 *   `compression`: `xz`, `zstd`, `gzip` or `none`, and after a colon its level
 * @returns {Promise<void>}
 */
export async function makeDebian({ project, unpacked, version, description, compression, file }) {
  const installer = new GraftInstaller({
    src: unpacked, dest: path.dirname(file), rename: () => file, logger: () => undefined,
    name: 'graft', productName: 'Graft', version, revision: '', homepage: '', arch: 'amd64', section: 'science', priority: 'optional',
    maintainer: 'The Graft authors', description: 'Workbench for transferring image models', productDescription: description,
    bin: 'resources/bin/graft', desktopTemplate: path.join(project, 'resources', 'installer', 'graft.desktop.ejs'),
    size: Math.ceil(await bytesIn(unpacked) / 1024), compression: compression.split(':')[0],
    depends, recommends, suggests: [], enhances: [], preDepends: [], lintianOverrides: [], categories: [], mimeType: [], scripts: {},
    icon: {
      ...Object.fromEntries(iconSizes.map((size) => [`${size}x${size}`, path.join(project, 'resources', 'icons', `${size}x${size}.png`)])),
      scalable: path.join(project, 'resources', 'icons', 'icon.svg')
    }
  })
  await mkdir(path.dirname(file), { recursive: true })
  await installer.generateDefaults()
  installer.generateOptions()
  installer.options.compression = compression
  await installer.createStagingDir()
  await installer.createContents()
  // What `*.graft` is; Debian's triggers tell the desktop of it and of the menu entry.
  await copy(path.join(project, 'resources', 'installer', 'graft.xml'), path.join(installer.stagingDir, 'usr', 'share', 'mime', 'packages', 'graft.xml'))
  await installer.createPackage()
  await installer.movePackage()
}
