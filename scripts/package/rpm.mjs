import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { howToInstall, SetupProblem } from '../setup/problem.mjs'
import { lastLine, runTool } from '../setup/run-tool.mjs'
import { iconSizes } from './debian.mjs'
import { copy, copyFolder } from './files.mjs'

/** What Electron, Node and TensorFlow link to and do not bring: by library, since the packages' names differ from system to system. */
const libraries = [
  'libgtk-3.so.0', 'libatk-bridge-2.0.so.0', 'libatspi.so.0', 'libasound.so.2', 'libcups.so.2', 'libnss3.so', 'libgbm.so.1', 'libdrm.so.2',
  'libxkbcommon.so.0', 'libXcomposite.so.1', 'libXdamage.so.1', 'libXrandr.so.2', 'libexpat.so.1', 'libdbus-1.so.3', 'libstdc++.so.6'
]

/**
 * Makes an .rpm of the unpacked program, with the same places as the .deb.
 * @param {{ project: string, unpacked: string, version: string, description: string, compression: string, file: string }} options
 *   `compression`: `xz`, `zstd`, `gzip` or `none`, and after a colon its level
 */
export async function makeRpm({ project, unpacked, version, description, compression, file }) {
  const workshop = await mkdtemp(path.join(path.dirname(file), '.graft-rpm-'))
  try {
    const root = path.join(workshop, 'root')
    const share = path.join(root, 'usr', 'share')
    await copyFolder(unpacked, path.join(root, 'usr', 'lib', 'graft'))
    await mkdir(path.join(root, 'usr', 'bin'))
    await symlink('../lib/graft/resources/bin/graft', path.join(root, 'usr', 'bin', 'graft'))
    await copy(path.join(project, 'resources', 'installer', 'graft.desktop.ejs'), path.join(share, 'applications', 'graft.desktop'))
    await copy(path.join(project, 'resources', 'installer', 'graft.xml'), path.join(share, 'mime', 'packages', 'graft.xml'))
    const icons = path.join(share, 'icons', 'hicolor')
    for (const size of iconSizes.map((each) => `${each}x${each}`)) {
      await copy(path.join(project, 'resources', 'icons', `${size}.png`), path.join(icons, size, 'apps', 'graft.png'))
    }
    await copy(path.join(project, 'resources', 'icons', 'icon.svg'), path.join(icons, 'scalable', 'apps', 'graft.svg'))
    const spec = path.join(workshop, 'graft.spec')
    await writeFile(spec, specOf({ version, description, compression }))
    const made = path.join(workshop, 'made')
    const { code, missing, output } = await runTool('rpmbuild', [
      '-bb', '--quiet', '--target', 'x86_64', '--buildroot', path.join(workshop, 'build'), '--define', `_topdir ${workshop}`,
      '--define', `_rpmdir ${made}`, '--define', `content ${root}`, spec
    ])
    if (missing) throw new SetupProblem('there is no rpmbuild here, which makes the .rpm', howToInstall('rpm'))
    if (code !== 0) throw new SetupProblem(`the .rpm could not be made: ${lastLine(output)}`, 'see what rpmbuild says')
    const [name] = (await readdir(made, { recursive: true })).filter((each) => each.endsWith('.rpm'))
    await rename(path.join(made, name), file)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

/** @param {{ version: string, description: string, compression: string }} options */
export function specOf({ version, description, compression }) {
  const [method, level] = compression.split(':')
  const payload = { xz: `w${level ?? 6}T0.xzdio`, zstd: `w${level ?? 19}.zstdio`, gzip: `w${level ?? 9}.gzdio`, none: 'w.ufdio' }[method]
  if (payload === undefined) throw new SetupProblem(`an .rpm is not compressed by ${method}`, 'take xz, zstd, gzip or none')
  return [
    // What comes packed stays as it is: no stripping, no searching for what it needs and offers.
    '%global debug_package %{nil}', '%global __os_install_post %{nil}', '%define _build_id_links none', `%define _binary_payload ${payload}`,
    // A version of ours has a hyphen before `beta`, which RPM keeps for its own; with a tilde it comes before the release.
    'Name: graft', `Version: ${version.replace('-', '~')}`, 'Release: 1', 'Summary: Workbench for transferring image models', 'License: Apache-2.0',
    'AutoReqProv: no', `Requires: ${libraries.map((library) => `${library}()(64bit)`).join(', ')}`, 'Recommends: xdg-utils, google-noto-sans-cjk-fonts',
    '', '%description', description, '', '%install', 'mkdir -p %{buildroot}', 'cp -a --link %{content}/. %{buildroot}/ || cp -a %{content}/. %{buildroot}/',
    '', '%files', '%defattr(-,root,root,-)', '/usr/lib/graft', '/usr/bin/graft', '/usr/share/applications/graft.desktop', '/usr/share/mime/packages/graft.xml',
    ...iconSizes.map((size) => `/usr/share/icons/hicolor/${size}x${size}/apps/graft.png`), '/usr/share/icons/hicolor/scalable/apps/graft.svg', ''
  ].join('\n')
}
