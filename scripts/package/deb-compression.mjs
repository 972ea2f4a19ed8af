import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { howToInstall, SetupProblem } from '../setup/problem.mjs'

const magic = '!<arch>\n'
const headerLength = 60

/**
 * Compresses an uncompressed .deb by xz, smaller than dpkg-deb does: most of this program is machine code for x86, for which
 * xz has a filter that dpkg-deb does not offer. Every dpkg reads the result, since an .xz says how it was made.
 * @param {string} file what `dpkg-deb -Znone` made; it is replaced
 * @param {number} level 0 to 9
 */
export async function compressDebian(file, level) {
  const workshop = await mkdtemp(`${file}-`)
  try {
    const parts = []
    for (const { name, start, size } of await membersOf(file)) {
      const isArchive = name.endsWith('.tar')
      const part = path.join(workshop, isArchive ? `${name}.xz` : name)
      const content = createReadStream(file, { start, end: start + size - 1, highWaterMark: 1 << 20 })
      await (isArchive ? throughXz(content, part, level) : pipeline(content, createWriteStream(part)))
      parts.push(part)
    }
    const whole = path.join(workshop, 'whole.deb')
    await joinMembers(parts, whole)
    await rename(whole, file)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

/**
 * @param {import('node:fs').ReadStream} content
 * @param {string} to
 * @param {number} level
 */
async function throughXz(content, to, level) {
  const target = await open(to, 'w')
  try {
    const child = spawn('xz', [
      '--stdout', '--threads=2', '--block-size=512MiB', '--x86',
      // A wide window, since programs and libraries repeat themselves over tens of megabytes; unpacking takes as much memory.
      `--lzma2=preset=${level}${level >= 7 ? 'e,dict=128MiB' : ''},lc=4,pb=0`
    ], { stdio: ['pipe', target.fd, 'pipe'] })
    let said = ''
    child.stderr.on('data', (piece) => { said += piece })
    const ended = once(child, 'close')
    const [, end] = await Promise.allSettled([pipeline(content, child.stdin), ended])
    if (end.status === 'rejected') throw new SetupProblem('there is no xz here, which compresses the .deb', howToInstall('xz-utils'))
    if (end.value[0] !== 0) throw new SetupProblem(`the .deb could not be compressed: ${said.trim()}`, 'see what xz says')
  } finally {
    await target.close()
  }
}

/**
 * The members of an archive of `ar`, which a .deb is.
 * @param {string} file
 * @returns {Promise<{ name: string, start: number, size: number }[]>} bytes
 */
export async function membersOf(file) {
  const handle = await open(file)
  try {
    const { size: total } = await handle.stat()
    const read = async (/** @type {number} */ at, /** @type {number} */ length) => (
      (await handle.read(Buffer.alloc(length), 0, length, at)).buffer.toString('latin1')
    )
    if (await read(0, magic.length) !== magic) throw new SetupProblem(`${file} is no .deb`, 'see what dpkg-deb says')
    const members = []
    for (let at = magic.length; at < total;) {
      const header = await read(at, headerLength)
      const size = Number(header.slice(48, 58))
      members.push({ name: header.slice(0, 16).replace(/\/?\s*$/, ''), start: at + headerLength, size })
      // A member begins at an even place.
      at += headerLength + size + size % 2
    }
    return members
  } finally {
    await handle.close()
  }
}

/**
 * @param {string[]} parts files, named as the members are to be
 * @param {string} to
 */
async function joinMembers(parts, to) {
  await writeFile(to, magic)
  for (const part of parts) {
    const { size } = await stat(part)
    await writeFile(to, [
      path.basename(part).padEnd(16), '0'.padEnd(12), '0'.padEnd(6), '0'.padEnd(6), '100644'.padEnd(8), String(size).padEnd(10), '`\n'
    ].join(''), { flag: 'a' })
    await pipeline(createReadStream(part, { highWaterMark: 1 << 20 }), createWriteStream(to, { flags: 'a' }))
    if (size % 2 === 1) await writeFile(to, '\n', { flag: 'a' })
  }
}
