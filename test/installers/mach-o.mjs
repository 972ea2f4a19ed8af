import { readFileSync } from 'node:fs'

// What a Mac's loader reads of a program or library before it runs it (mach-o/loader.h).

const magic64 = 0xfeedfacf
const commands = { dylib: 0xc, weakDylib: 0x80000018, rpath: 0x8000001c, signature: 0x1d }
const processors = /** @type {Record<number, string>} */ ({ 0x0100000c: 'arm64', 0x01000007: 'x86_64' })

/**
 * @param {string} file
 * @returns {{ processor: string, libraries: string[], rpaths: string[], signed: boolean } | undefined} undefined for a file that is no 64-bit Mach-O
 */
export function readMachO(file) {
  const bytes = readFileSync(file)
  if (bytes.length < 32 || bytes.readUInt32LE(0) !== magic64) return undefined
  const found = { processor: processors[bytes.readUInt32LE(4)] ?? 'unknown', libraries: /** @type {string[]} */ ([]), rpaths: /** @type {string[]} */ ([]), signed: false }
  let at = 32
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    const [command, size] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)]
    const text = () => bytes.toString('utf8', at + bytes.readUInt32LE(at + 8), at + size).replace(/\0.*$/s, '')
    if (command === commands.dylib || command === commands.weakDylib) found.libraries.push(text())
    if (command === commands.rpath) found.rpaths.push(text())
    if (command === commands.signature) found.signed = true
    at += size
  }
  return found
}
