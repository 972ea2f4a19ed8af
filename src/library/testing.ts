import { existsSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, afterEach, beforeEach } from 'vitest'
import type { FilePart } from './intake/reading/archive'
import type { ByteSource } from './intake/reading/bytes'
import { openLibrary, type Library } from './library'

/** Set-up that the library's tests share; nothing else imports it. */
export interface Workplace {
  folder: string
  library: Library
}

/** A fresh folder and library for each test of a file. */
export function useWorkplace(): Workplace {
  const workplace = {} as Workplace
  beforeEach(async () => {
    workplace.folder = await fs.mkdtemp(join(tmpdir(), 'graft-test-'))
    workplace.library = openLibrary(join(workplace.folder, 'data'))
  })
  afterEach(() => fs.rm(workplace.folder, { recursive: true, force: true }))
  return workplace
}

/** A path in the folder of shared research data beside the checkout, or undefined with a line that says so. */
export function sharedData(name: string): string | undefined {
  const path = join(__dirname, '..', '..', '..', 'shared', 'data', name)
  if (existsSync(path)) return path
  afterAll(() => console.info(`Skipped: ../shared/data/${name} is not on this machine.`))
  return undefined
}

/** Names in `datasets/`, temporary ones too. */
export async function datasetFolders({ library }: Workplace): Promise<string[]> {
  return fs.readdir(library.datasets.folder).catch(() => [])
}

/** CIFAR records whose red plane is `label`, green `label + 1` and blue a ramp of the row. */
export function cifarRecords(labels: readonly number[], coarse?: number): Buffer {
  return Buffer.concat(labels.map((label) => {
    const pixels = Buffer.alloc(3072)
    pixels.fill(label, 0, 1024)
    pixels.fill(label + 1, 1024, 2048)
    for (let pixel = 0; pixel < 1024; pixel++) pixels[2048 + pixel] = Math.floor(pixel / 32)
    return Buffer.concat([Buffer.from(coarse === undefined ? [label] : [coarse, label]), pixels])
  }))
}

export const cifarNames = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck']

/** A small CIFAR-10 folder: two training batches of different lengths and a test batch. */
export async function writeCifar10(folder: string): Promise<string> {
  const inner = join(folder, 'cifar-10-batches-bin')
  await fs.mkdir(inner, { recursive: true })
  const labels = (count: number): number[] => Array.from({ length: count }, (_, index) => index % 10)
  await fs.writeFile(join(inner, 'data_batch_1.bin'), cifarRecords(labels(30)))
  await fs.writeFile(join(inner, 'data_batch_2.bin'), cifarRecords(labels(70)))
  await fs.writeFile(join(inner, 'test_batch.bin'), cifarRecords(labels(20)))
  await fs.writeFile(join(inner, 'batches.meta.txt'), cifarNames.join('\n') + '\n\n')
  return inner
}

/** An idx file of bytes. */
export function idxFile(sizes: readonly number[], body: Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length)
  header.writeUInt32BE(0x0800 + sizes.length)
  sizes.forEach((size, index) => header.writeUInt32BE(size, 4 + 4 * index))
  return Buffer.concat([header, body])
}

/** Bytes in memory as a source, given out in pieces of these lengths, repeated. */
export function memorySource(name: string, bytes: Uint8Array, pieces: readonly number[] = [bytes.length]): ByteSource {
  return {
    name, size: bytes.length, plain: true,
    async* open() { yield* inPieces(bytes, pieces) }
  }
}

export function* inPieces(bytes: Uint8Array, pieces: readonly number[]): Generator<Uint8Array> {
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const length = Math.max(1, pieces[turn % pieces.length] ?? bytes.length)
    yield bytes.subarray(start, start + length)
    start += length
  }
}

/** One file in memory as the parts of a folder or archive. */
export async function* memoryParts(file: string, bytes: Uint8Array, pieces?: readonly number[]): AsyncGenerator<FilePart> {
  for (const piece of inPieces(bytes, pieces ?? [bytes.length])) yield { file, bytes: piece, ended: false }
  yield { file, bytes: new Uint8Array(0), ended: true }
}

export interface ZipEntry {
  name: string
  content: Uint8Array
  /** A link rather than a file. */
  link?: boolean
  encrypted?: boolean
  /** What its size is said to be; the truth when absent. */
  claims?: number
}

/** A zip archive (APPNOTE.TXT 4.3): local headers and deflated data, the directory, its end. Checksums are left at nought, which readers may ignore. */
export function zipFile(entries: readonly ZipEntry[], { sharedData = false } = {}): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [index, { name, content, link = false, encrypted = false, claims = content.length }] of entries.entries()) {
    const packed = deflateRawSync(content)
    const path = Buffer.from(name, 'utf8')
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x800 | (encrypted ? 1 : 0), 2)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(claims, 18)
    fields.writeUInt16LE(path.length, 22)
    const central = Buffer.alloc(16)
    central.writeUInt32LE(((link ? 0xa1ff : 0x81a4) << 16) >>> 0, 6)
    central.writeUInt32LE(sharedData ? 0 : offset, 10)
    directory.push(Buffer.from('504b01021403', 'hex'), fields, central.subarray(0, 14), path)
    if (sharedData && index > 0) continue
    parts.push(Buffer.from('504b0304', 'hex'), fields, path, packed)
    offset += 4 + fields.length + path.length + packed.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, ...directory, end])
}
