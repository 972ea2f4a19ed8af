import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { projectFolder } from './setup/paths.mjs'

// `node scripts/icons.mjs`: the program's icon in every form the systems ask for, drawn from resources/icons/icon.svg.

const folder = path.join(projectFolder, 'resources', 'icons')
const sizes = [16, 24, 32, 48, 64, 128, 256, 512]
/** Windows' container holds these. */
const windowsSizes = [16, 24, 32, 48, 64, 256]
/** macOS's container: type of an entry and the pixels of its PNG (Apple Icon Image format; `@2x` types repeat a size). */
const macTypes = /** @type {const} */ ([
  ['icp4', 16], ['icp5', 32], ['ic11', 32], ['icp6', 64], ['ic12', 64], ['ic07', 128], ['ic08', 256], ['ic13', 256], ['ic09', 512], ['ic14', 512]
])

const drawing = await readFile(path.join(folder, 'icon.svg'))
/** @type {Map<number, Buffer>} */
const pictures = new Map()
for (const size of sizes) {
  // The density at which the drawing's 512 units are `size` pixels, so that nothing is scaled afterwards.
  pictures.set(size, await sharp(drawing, { density: 72 * size / 512 }).resize(size, size).png({ compressionLevel: 9 }).toBuffer())
}

await mkdir(folder, { recursive: true })
for (const [size, picture] of pictures) await writeFile(path.join(folder, `${size}x${size}.png`), picture)
await writeFile(path.join(folder, 'icon.png'), picture(256))
await writeFile(path.join(folder, 'icon.ico'), windowsIcon(windowsSizes))
await writeFile(path.join(folder, 'icon.icns'), macIcon())
process.stdout.write(`${sizes.length} pictures, icon.ico and icon.icns written to ${path.relative(process.cwd(), folder)}\n`)

/** @param {number} size */
function picture(size) {
  const found = pictures.get(size)
  if (found === undefined) throw new Error(`no picture of ${size} pixels was drawn`)
  return found
}

/**
 * An .ico file of PNG pictures: a header of 6 bytes, 16 bytes a picture, the pictures.
 * @param {number[]} chosen
 */
function windowsIcon(chosen) {
  const header = Buffer.alloc(6 + 16 * chosen.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(chosen.length, 4)
  let offset = header.length
  for (const [index, size] of chosen.entries()) {
    const at = 6 + 16 * index
    // One byte a side: 0 stands for 256.
    header.writeUInt8(size % 256, at)
    header.writeUInt8(size % 256, at + 1)
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(picture(size).length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += picture(size).length
  }
  return Buffer.concat([header, ...chosen.map(picture)])
}

/** An .icns file: its name and length, then each picture behind its type and length. */
function macIcon() {
  const entries = macTypes.map(([type, size]) => {
    const head = Buffer.alloc(8)
    head.write(type, 0, 'ascii')
    head.writeUInt32BE(8 + picture(size).length, 4)
    return Buffer.concat([head, picture(size)])
  })
  const head = Buffer.alloc(8)
  head.write('icns', 0, 'ascii')
  head.writeUInt32BE(8 + entries.reduce((sum, entry) => sum + entry.length, 0), 4)
  return Buffer.concat([head, ...entries])
}
