import { chmod, lstat, mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'

/**
 * Puts the command in node_modules/.bin, where `npx --no-install graft` finds it.
 * @type {import('./step.mjs').Step}
 */
export const linkCommand = {
  id: 'command',
  title: 'graft command',
  async run({ project }) {
    const folder = path.join(project, 'node_modules', '.bin')
    const did = process.platform === 'win32' ? await writeShim(folder) : await link(folder, project)
    return { did, detail: 'npx --no-install graft' }
  }
}

/**
 * @param {string} folder
 * @param {string} project
 */
async function link(folder, project) {
  const place = path.join(folder, 'graft')
  const target = path.join('..', '..', 'bin', 'graft.cjs')
  if (await readlink(place).catch(() => '') === target) return false
  await mkdir(folder, { recursive: true })
  await rm(place, { force: true })
  await symlink(target, place)
  const program = path.join(project, 'bin', 'graft.cjs')
  if (((await lstat(program)).mode & 0o111) === 0) await chmod(program, 0o755)
  return true
}

/** @param {string} folder */
async function writeShim(folder) {
  const place = path.join(folder, 'graft.cmd')
  const text = '@node "%~dp0\\..\\..\\bin\\graft.cjs" %*\r\n'
  if (await readFile(place, 'utf8').catch(() => '') === text) return false
  await mkdir(folder, { recursive: true })
  await writeFile(place, text)
  return true
}
