import { damaged, truncated } from '../../reading/bytes'

/** Longest piece that is given out. */
const pieceBytes = 1 << 20

/**
 * Unpacks bzip2 (Seward, "bzip2 and libbzip2", the format as documented by Tsai 2016), block by block: 900 kB, which
 * long runs of one byte can spread to 46 MB, are held at a time. Every block's CRC is checked before a byte of it is
 * given out. Blocks of bzip2 0.9.0 and older ("randomised") are refused. The caller limits how much comes out.
 *
 * Our own code, because unbzip2-stream needs 1.9 GB where 178 bytes unpack to 200 MB, seek-bzip unpacks a whole file in
 * one call that no cancel can end, and libbzip2 in WebAssembly reads only the first of several streams (docs/formats.md).
 * @param name for messages
 * @throws `archive-truncated`, `archive-damaged`
 */
export function* unpackBzip2(packed: Uint8Array, name: string): Generator<Uint8Array> {
  const bits = new BitReader(packed, name)
  do {
    if (bits.read(24) !== 0x425a68) throw damaged(name, 'it does not begin as bzip2')
    const level = bits.read(8) - 0x30
    if (level < 1 || level > 9) throw damaged(name, 'a block size that does not exist')
    let streamCrc = 0
    for (;;) {
      const magic = bits.read(24) * 2 ** 24 + bits.read(24)
      const crc = bits.read(16) * 2 ** 16 + bits.read(16)
      if (magic === 0x177245385090) {
        if (crc !== streamCrc) throw damaged(name, 'its checksum is wrong')
        break
      }
      if (magic !== 0x314159265359) throw damaged(name, 'no block where one should begin')
      const block = readBlock(bits, level * 100_000, name)
      const found = crcOf(block)
      if (found !== crc) throw damaged(name, 'the checksum of a block is wrong')
      streamCrc = (((streamCrc << 1) | (streamCrc >>> 31)) ^ crc) >>> 0
      for (let from = 0; from < block.length; from += pieceBytes) yield block.subarray(from, from + pieceBytes)
    }
    bits.toNextByte()
    // Several streams may follow one another, as parallel packers write them.
  } while (!bits.atEnd)
}

/** Whether bytes begin as bzip2 does. */
export const isBzip2 = (start: Uint8Array): boolean =>
  start[0] === 0x42 && start[1] === 0x5a && start[2] === 0x68 && start[3]! >= 0x31 && start[3]! <= 0x39

class BitReader {
  private position = 0
  private buffer = 0
  private available = 0

  constructor(private readonly bytes: Uint8Array, private readonly name: string) {}

  /** The next 0 to 24 bits, most significant first. */
  read(count: number): number {
    while (this.available < count) {
      if (this.position >= this.bytes.length) throw truncated(this.name)
      this.buffer = ((this.buffer << 8) | this.bytes[this.position++]!) & 0x7fffffff
      this.available += 8
    }
    this.available -= count
    return (this.buffer >>> this.available) & ((1 << count) - 1)
  }

  toNextByte(): void {
    this.available -= this.available % 8
  }

  get atEnd(): boolean {
    return this.position - this.available / 8 >= this.bytes.length
  }
}

interface HuffmanTable {
  /** The largest code of each length, left-aligned to nothing; -1 where there is none. */
  limit: Int32Array
  /** What to take from a code of each length to get its place in `symbols`. */
  base: Int32Array
  symbols: Uint16Array
  shortest: number
  longest: number
}

const longestCode = 20

function readBlock(bits: BitReader, blockBytes: number, name: string): Uint8Array {
  if (bits.read(1) === 1) throw damaged(name, 'a randomised block of an old bzip2')
  const origin = bits.read(24)
  const used = readSymbols(bits, name)
  const tables = readTables(bits, used.length + 2, name)
  const { selectors } = tables
  const endOfBlock = used.length + 1
  const moved = Uint8Array.from(used)
  const counts = new Uint32Array(256)
  // Grows with what is really there: a damaged block costs little.
  let last = new Uint32Array(1 << 14)
  let length = 0
  const makeRoom = (more: number): void => {
    if (length + more > blockBytes) throw damaged(name, 'a block that is too long')
    if (length + more <= last.length) return
    const larger = new Uint32Array(Math.min(blockBytes, Math.max(2 * last.length, length + more)))
    larger.set(last)
    last = larger
  }
  let run = 0
  let runUnit = 1
  let group = -1
  let left = 0
  let table: HuffmanTable | undefined
  for (;;) {
    if (left === 0) {
      group++
      table = tables.tables[selectors[group] ?? -1]
      if (!table) throw damaged(name, 'a block that uses more codes than it lists')
      left = 50
    }
    left--
    const symbol = readSymbol(bits, table!, name)
    if (symbol <= 1) {
      // Runs of the last byte, their length in a base of two without a zero.
      run += runUnit << symbol
      runUnit *= 2
      if (run > blockBytes) throw damaged(name, 'a block that is too long')
      continue
    }
    if (run > 0) {
      makeRoom(run)
      last.fill(moved[0]!, length, length + run)
      counts[moved[0]!]! += run
      length += run
      run = 0
      runUnit = 1
    }
    if (symbol === endOfBlock) break
    const place = symbol - 1
    const value = moved[place]!
    moved.copyWithin(1, 0, place)
    moved[0] = value
    makeRoom(1)
    last[length++] = value
    counts[value]!++
  }
  if (origin >= length) throw damaged(name, 'a block that points outside itself')
  return expandRuns(untransform(last, length, counts, origin))
}

function readSymbols(bits: BitReader, name: string): number[] {
  const rows = bits.read(16)
  const used: number[] = []
  for (let row = 0; row < 16; row++) {
    if ((rows & (0x8000 >> row)) === 0) continue
    const inRow = bits.read(16)
    for (let place = 0; place < 16; place++) if (inRow & (0x8000 >> place)) used.push(row * 16 + place)
  }
  if (used.length === 0) throw damaged(name, 'a block without bytes')
  return used
}

function readTables(bits: BitReader, symbolCount: number, name: string): { selectors: Uint8Array, tables: HuffmanTable[] } {
  const tableCount = bits.read(3)
  const selectorCount = bits.read(15)
  if (tableCount < 2 || tableCount > 6 || selectorCount < 1) throw damaged(name, 'a block without codes')
  const order = Uint8Array.from({ length: tableCount }, (_, table) => table)
  const selectors = new Uint8Array(selectorCount)
  for (let selector = 0; selector < selectorCount; selector++) {
    let place = 0
    while (bits.read(1) === 1) if (++place >= tableCount) throw damaged(name, 'a code that is not there')
    const table = order[place]!
    order.copyWithin(1, 0, place)
    order[0] = table
    selectors[selector] = table
  }
  const tables: HuffmanTable[] = []
  for (let table = 0; table < tableCount; table++) {
    const lengths = new Uint8Array(symbolCount)
    let length = bits.read(5)
    for (let symbol = 0; symbol < symbolCount; symbol++) {
      for (;;) {
        if (length < 1 || length > longestCode) throw damaged(name, 'a code of an impossible length')
        if (bits.read(1) === 0) break
        length += bits.read(1) === 0 ? 1 : -1
      }
      lengths[symbol] = length
    }
    tables.push(tableOf(lengths))
  }
  return { selectors, tables }
}

/** Canonical codes: shorter before longer, and of one length in the symbols' order. */
function tableOf(lengths: Uint8Array): HuffmanTable {
  const symbols = Uint16Array.from(lengths.keys()).sort((a, b) => lengths[a]! - lengths[b]! || a - b)
  const limit = new Int32Array(longestCode + 2).fill(-1)
  const base = new Int32Array(longestCode + 2)
  let code = 0
  let place = 0
  for (let length = 1; length <= longestCode; length++) {
    base[length] = code - place
    let count = 0
    while (place + count < symbols.length && lengths[symbols[place + count]!] === length) count++
    code += count
    place += count
    if (count > 0) limit[length] = code - 1
    code <<= 1
  }
  return { limit, base, symbols, shortest: lengths[symbols[0]!]!, longest: lengths[symbols.at(-1)!]! }
}

function readSymbol(bits: BitReader, { limit, base, symbols, shortest, longest }: HuffmanTable, name: string): number {
  let code = bits.read(shortest)
  for (let length = shortest; ; length++) {
    if (code <= limit[length]!) {
      const symbol = symbols[code - base[length]!]
      if (symbol !== undefined) return symbol
    }
    if (length >= longest) throw damaged(name, 'a code that stands for nothing')
    code = (code << 1) | bits.read(1)
  }
}

/** The inverse of the Burrows–Wheeler transform (1994): `last` is the last column of the sorted rotations. */
function untransform(last: Uint32Array, length: number, counts: Uint32Array, origin: number): Uint8Array {
  const first = new Uint32Array(256)
  for (let value = 1; value < 256; value++) first[value] = first[value - 1]! + counts[value - 1]!
  // The upper bits take the links, so that one array holds both.
  for (let index = 0; index < length; index++) {
    const value = last[index]! & 0xff
    last[first[value]!++]! |= index << 8
  }
  const bytes = new Uint8Array(length)
  let at = last[origin]! >>> 8
  for (let index = 0; index < length; index++) {
    const entry = last[at]!
    bytes[index] = entry & 0xff
    at = entry >>> 8
  }
  return bytes
}

/** Four equal bytes are followed by how many more there are. */
function expandRuns(bytes: Uint8Array): Uint8Array {
  let total = bytes.length
  let equal = 0
  for (let index = 0; index < bytes.length; index++) {
    equal = index > 0 && equal > 0 && bytes[index] === bytes[index - 1] ? equal + 1 : 1
    if (equal < 4) continue
    total += (bytes[index + 1] ?? 1) - 1
    index++
    equal = 0
  }
  const out = new Uint8Array(total)
  let done = 0
  equal = 0
  for (let index = 0; index < bytes.length; index++) {
    const value = bytes[index]!
    equal = index > 0 && equal > 0 && value === bytes[index - 1] ? equal + 1 : 1
    out[done++] = value
    if (equal < 4) continue
    const more = bytes[index + 1] ?? 0
    out.fill(value, done, done + more)
    done += more
    index++
    equal = 0
  }
  return out.subarray(0, done)
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1
  return value >>> 0
})

/** CRC-32 as bzip2 counts it: most significant bit first. */
function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = ((crc << 8) ^ crcTable[(crc >>> 24) ^ byte]!) >>> 0
  return ~crc >>> 0
}
