import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { sha256Of } from '../disk/checksums'

/** One number per image while a split is being written: its class or its domain. Absent where any image has none. */
export class Column {
  private chunks: (Int32Array | undefined)[] = []
  private count = 0

  /** Adds the values of some images, or that they have none. */
  append(values: Int32Array | undefined, count: number): void {
    if (values && values.length !== count) throw new RangeError('Images and their labels do not fit together.')
    if (count > 0) this.chunks.push(values)
    this.count += count
  }

  /** All values in order; undefined when any image has none, or there is no image. */
  values(): Int32Array | undefined {
    if (this.chunks.length === 1) return this.chunks[0]
    const all = new Int32Array(this.count)
    let offset = 0
    for (const chunk of this.chunks) {
      if (!chunk) return undefined
      all.set(chunk, offset)
      offset += chunk.length
    }
    this.chunks = this.count > 0 ? [all] : []
    return this.chunks[0]
  }

  /** Keeps the values at these positions only. */
  keep(positions: readonly number[]): void {
    const all = this.values()
    this.count = positions.length
    this.chunks = positions.length === 0 ? [] : [all && Int32Array.from(positions, (position) => all[position]!)]
  }
}

/** Writes values as little-endian 32-bit integers and flushes them; gives their SHA-256 and how often each of `kinds` occurs. */
export async function writeColumn(path: string, values: Int32Array, kinds: number): Promise<{ sha256: string, counts: number[] }> {
  const bytes = Buffer.alloc(values.length * 4)
  const counts = new Array<number>(kinds).fill(0)
  values.forEach((value, index) => {
    bytes.writeInt32LE(value, index * 4)
    counts[value]!++
  })
  const handle = await fs.open(path, 'wx')
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return { sha256: createHash('sha256').update(bytes).digest('hex'), counts }
}

/** Reads such a file of `count` values below `kinds`; what does not fit, its hash first of all, is told to `damaged`, which throws. */
export async function readColumn(
  path: string, { count, kinds, sha256 }: { count: number, kinds: number, sha256: string | undefined }, damaged: (details: string) => Error
): Promise<Int32Array> {
  const bytes = await fs.readFile(path)
  if (sha256Of(bytes) !== sha256) throw damaged(`its SHA-256 is not ${sha256 ?? 'on record'}`)
  if (bytes.length !== count * 4) throw damaged(`${bytes.length} bytes instead of ${count * 4}`)
  const values = new Int32Array(count)
  for (let index = 0; index < count; index++) {
    const value = bytes.readInt32LE(index * 4)
    if (value < 0 || value >= kinds) throw damaged(`the value ${value} of image ${index}`)
    values[index] = value
  }
  return values
}
