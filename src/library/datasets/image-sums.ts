import * as fs from 'node:fs/promises'
import { writeFileDurably } from '../disk/files'
import { crc32, sha256Of, sha256OfFile } from '../disk/checksums'

/*
 * `images.sums` of a split: a CRC-32 for each image, little-endian; the SHA-256 of `images.u8` that they belong to; the
 * SHA-256 of all this. So an image is verified when it is read, and a million of them cost no more than reading.
 */

const hashBytes = 32

/** Checksums of a split's images, gathered while its bytes pass by in order, whatever pieces they come in. */
export class ImageSums {
  readonly values: Uint32Array
  private done = 0
  /** The beginning of an image whose end is still to come. */
  private begun: Uint8Array
  private begunBytes = 0

  constructor(private readonly imageBytes: number, capacity: number) {
    this.values = new Uint32Array(capacity)
    this.begun = new Uint8Array(imageBytes)
  }

  add(bytes: Uint8Array): void {
    let at = 0
    if (this.begunBytes > 0) at = this.begin(bytes)
    while (this.begunBytes === 0 && at + this.imageBytes <= bytes.length) {
      this.values[this.done++] = crc32(bytes.subarray(at, at + this.imageBytes))
      at += this.imageBytes
    }
    if (at < bytes.length) this.begin(bytes.subarray(at))
  }

  /** How many images are whole. */
  get count(): number {
    return this.done
  }

  private begin(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.imageBytes - this.begunBytes)
    this.begun.set(part, this.begunBytes)
    this.begunBytes += part.length
    if (this.begunBytes === this.imageBytes) {
      this.values[this.done++] = crc32(this.begun)
      this.begunBytes = 0
    }
    return part.length
  }
}

/** @param sha256 of `images.u8`, in hex */
export function encodeSums(sums: Uint32Array, sha256: string): Buffer {
  const bytes = Buffer.alloc(sums.length * 4 + 2 * hashBytes)
  sums.forEach((sum, index) => bytes.writeUInt32LE(sum, index * 4))
  bytes.write(sha256, sums.length * 4, 'hex')
  bytes.write(sha256Of(bytes.subarray(0, -hashBytes)), bytes.length - hashBytes, 'hex')
  return bytes
}

/** The checksums in such a file; undefined where it is missing, damaged, or belongs to other images. */
export async function readSums(path: string, count: number, sha256: string): Promise<Uint32Array | undefined> {
  const bytes = await fs.readFile(path).catch(() => undefined)
  if (bytes?.length !== count * 4 + 2 * hashBytes) return undefined
  const ends = bytes.length - hashBytes
  if (bytes.toString('hex', ends) !== sha256Of(bytes.subarray(0, ends))) return undefined
  if (bytes.toString('hex', ends - hashBytes, ends) !== sha256) return undefined
  return Uint32Array.from({ length: count }, (_, index) => bytes.readUInt32LE(index * 4))
}

/**
 * Verifies all images of a split against the hash that its data set has, and keeps a checksum of each for the next time:
 * for data sets that were made before there were any. Undefined where the hash does not fit.
 */
export async function buildSums(
  images: string, path: string, { count, imageBytes, sha256 }: { count: number, imageBytes: number, sha256: string }
): Promise<Uint32Array | undefined> {
  const sums = new ImageSums(imageBytes, count)
  if (await sha256OfFile(images, (chunk) => sums.add(chunk)) !== sha256) return undefined
  // On a disk that is full or read-only they are found out anew the next time.
  await writeFileDurably(path, encodeSums(sums.values, sha256)).catch(() => undefined)
  return sums.values
}
