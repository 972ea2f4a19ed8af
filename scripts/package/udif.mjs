import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

const deflate = promisify(zlib.deflate)
const sector = 512
/** What one piece holds before it is compressed, in sectors: 1 MiB. */
const pieceSectors = 2048
const kinds = { zlib: 0x80000005, end: 0xFFFFFFFF }

/**
 * Packs the raw image of a disk into an Apple disk image (UDIF, zlib: `hdiutil`'s UDZO). Apple has not written the format
 * down; the layout is that of libdmg-hfsplus and of 7-Zip's reader: the compressed pieces, a property list that says which
 * is which, and 512 bytes at the end that say where the list is.
 * @param {string} image a raw image, a whole number of sectors
 * @param {string} file
 * @param {string} volume its name
 */
export async function writeUdif(image, file, volume) {
  const { size } = await stat(image)
  const sectors = Math.ceil(size / sector)
  const output = await open(file, 'w')
  try {
    /** @type {Buffer[]} */
    const entries = []
    let [at, first, imageSum, forkSum] = [0, 0, 0, 0]
    for await (const piece of piecesOf(image)) {
      imageSum = zlib.crc32(piece, imageSum)
      const packed = await deflate(piece, { level: 9 })
      forkSum = zlib.crc32(packed, forkSum)
      await output.write(packed)
      entries.push(entry(kinds.zlib, first, piece.length / sector, at, packed.length))
      at += packed.length
      first += piece.length / sector
    }
    entries.push(entry(kinds.end, sectors, 0, at, 0))
    const list = Buffer.from(propertyList(volume, blockTable(sectors, imageSum, entries)))
    await output.write(list)
    await output.write(trailer({ dataLength: at, listLength: list.length, sectors, forkSum, imageSum, id: createHash('md5').update(list).digest() }))
  } finally {
    await output.close()
  }
}

/** The image in pieces, the last filled with zeros to a whole sector. @param {string} image */
async function* piecesOf(image) {
  for await (const piece of createReadStream(image, { highWaterMark: pieceSectors * sector })) {
    const rest = piece.length % sector
    yield rest === 0 ? piece : Buffer.concat([piece, Buffer.alloc(sector - rest)])
  }
}

/**
 * @param {number} kind
 * @param {number} first   its first sector
 * @param {number} count   how many sectors
 * @param {number} offset  of the compressed piece, in bytes
 * @param {number} length
 */
function entry(kind, first, count, offset, length) {
  const bytes = Buffer.alloc(40)
  bytes.writeUInt32BE(kind, 0)
  for (const [index, value] of [first, count, offset, length].entries()) bytes.writeBigUInt64BE(BigInt(value), 8 + 8 * index)
  return bytes
}

/**
 * @param {number} sectors
 * @param {number} sum
 * @param {Buffer[]} entries
 */
function blockTable(sectors, sum, entries) {
  const head = Buffer.alloc(204)
  head.write('mish', 0, 'latin1')
  head.writeUInt32BE(1, 4)
  head.writeBigUInt64BE(BigInt(sectors), 16)
  // How many sectors a reader must hold at once.
  head.writeUInt32BE(pieceSectors + 8, 32)
  writeSum(head, 64, sum)
  head.writeUInt32BE(entries.length, 200)
  return Buffer.concat([head, ...entries])
}

/** A CRC-32 with its kind and its size in bits. @param {Buffer} bytes @param {number} at @param {number} sum */
function writeSum(bytes, at, sum) {
  bytes.writeUInt32BE(2, at)
  bytes.writeUInt32BE(32, at + 4)
  bytes.writeUInt32BE(sum, at + 8)
}

/** @param {string} volume @param {Buffer} table */
const propertyList = (volume, table) => `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>resource-fork</key>
  <dict>
    <key>blkx</key>
    <array>
      <dict>
        <key>Attributes</key><string>0x0050</string>
        <key>CFName</key><string>${volume} (Apple_HFS : 0)</string>
        <key>Data</key><data>${table.toString('base64')}</data>
        <key>ID</key><string>0</string>
        <key>Name</key><string>${volume} (Apple_HFS : 0)</string>
      </dict>
    </array>
  </dict>
</dict>
</plist>
`

/** @param {{ dataLength: number, listLength: number, sectors: number, forkSum: number, imageSum: number, id: Buffer }} facts */
function trailer({ dataLength, listLength, sectors, forkSum, imageSum, id }) {
  const bytes = Buffer.alloc(sector)
  bytes.write('koly', 0, 'latin1')
  for (const [at, value] of [[4, 4], [8, sector], [12, 1], [56, 1], [60, 1], [488, 1]]) bytes.writeUInt32BE(value, at)
  for (const [at, value] of [[32, dataLength], [216, dataLength], [224, listLength], [492, sectors]]) bytes.writeBigUInt64BE(BigInt(value), at)
  id.copy(bytes, 64)
  writeSum(bytes, 80, forkSum)
  // The sum of all tables' sums, of which there is one.
  const own = Buffer.alloc(4)
  own.writeUInt32BE(imageSum)
  writeSum(bytes, 352, zlib.crc32(own))
  return bytes
}
