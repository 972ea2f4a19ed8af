import { describe, expect, it } from 'vitest'
import { Bytes } from './bytes'
import { denseMessages } from './dense'
import { symbolTableLinks } from './links'
import { messageTypes, readHeader } from './object-header'

/** Writes structures at their addresses: text as letters, pairs as [bytes, number]. */
function put(file: Buffer, at: number, ...parts: (string | readonly [bytes: 2 | 4 | 6 | 8, value: number])[]): void {
  for (const part of parts) {
    if (typeof part === 'string') at += file.write(part, at, 'latin1')
    else if (part[0] === 8) at = file.writeBigUInt64LE(BigInt(part[1]), at)
    else at = file.writeUIntLE(part[1], at, part[0])
  }
}

describe('a hostile HDF5 file', () => {
  it('whose group names one long text again and again is refused', () => {
    const [heap, leaf, data, long] = [100, 200, 1 << 15, 1 << 20]
    const file = Buffer.alloc(data + long, 'x')
    put(file, 0, 'TREE\0\0', [2, 1], 'x'.repeat(16), [8, 0], [8, leaf])
    put(file, heap, 'HEAP\0\0\0\0', [8, long], [8, 0], [8, data])
    const entries = 300
    put(file, leaf, 'SNOD\0\0', [2, entries])
    for (let entry = 0; entry < entries; entry++) put(file, leaf + 8 + 40 * entry, [8, entry], [8, 0], [4, 0])
    const bytes = new Bytes(file)
    const message = Buffer.alloc(16)
    put(message, 0, [8, 0], [8, heap])
    expect(() => symbolTableLinks(bytes, new Bytes(message).at(0))).toThrow(expect.objectContaining({
      reason: expect.objectContaining({ en: 'it holds too much text' }) as unknown
    }) as Error)
  })

  it('whose heap has to be looked through from its beginning for each of its objects is refused', () => {
    const [width, row] = [65_535, 32]
    const [index, leaf, block] = [200, 300, 400]
    const file = Buffer.alloc(block + 20 + width * (row + 1) * 8)
    // Rows of blocks of 1, 1, 2, 4 … bytes, all of them direct ones.
    put(file, 0, 'FRHP\0\0\0', [2, 0], '\0', [4, 255], '\0'.repeat(96), [2, width], [8, 1], [8, 2 ** 50], [2, 48], [2, 0], [8, block], [2, 64])
    put(file, block, 'FHIB')
    put(file, index, 'BTHD\0\0', [4, 512], [2, 8], [2, 0], [2, 0], [8, leaf], [2, 3])
    put(file, leaf, 'BTLF\0\0')
    for (let record = 0; record < 3; record++) put(file, leaf + 6 + 8 * record, '\0', [6, width * 2 ** (row - 1)], '\0')
    expect(() => denseMessages(new Bytes(file), 0, index, 0)).toThrow(expect.objectContaining({
      reason: expect.objectContaining({ en: 'its structures repeat without end' }) as unknown
    }) as Error)
  })

  it('whose header goes on where it began is refused', () => {
    const file = Buffer.alloc(64)
    // Version 1, 65,535 messages, 24 bytes of them: one that says that the header goes on at its own place.
    put(file, 0, '\x01\0', [2, 65_535], [4, 1], [4, 24], [4, 0], [2, messageTypes.continuation], [2, 16], '\0'.repeat(4), [8, 16], [8, 24])
    expect(() => readHeader(new Bytes(file), 0)).toThrow(expect.objectContaining({
      reason: expect.objectContaining({ en: 'a header in it goes on in a circle' }) as unknown
    }) as Error)
  })
})
