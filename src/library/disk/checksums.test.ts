import { expect, it, vi } from 'vitest'
import { crc32, fitsItsSeal, sealed } from './checksums'

it('CRC-32 is the one of the standard, with Node\'s own function and without', async () => {
  vi.doMock('node:zlib', () => ({ crc32: undefined }))
  // A copy of the module, as a Node without the function loads it.
  const copy = './checksums?without-native'
  const without = await import(/* @vite-ignore */ copy) as { crc32: typeof crc32 }
  vi.doUnmock('node:zlib')
  expect(without.crc32).not.toBe(crc32)
  // The check value of CRC-32/ISO-HDLC.
  const bytes = Buffer.from('123456789')
  expect([crc32(bytes), without.crc32(bytes)]).toEqual([0xcbf43926, 0xcbf43926])
})

it('a seal holds over its fields, whatever else changes, and however the file is laid out', () => {
  const record = sealed({ name: 'a', score: { accuracy: 0.5 }, state: 'done' }, ['score'])
  expect(fitsItsSeal(JSON.parse(JSON.stringify({ ...record, name: 'b', state: 'failed' })), ['score'])).toBe(true)
  expect(fitsItsSeal(JSON.parse(JSON.stringify(record, null, 4)), ['score'])).toBe(true)
  expect(fitsItsSeal({ ...record, score: { accuracy: 0.6 } }, ['score'])).toBe(false)
  expect(fitsItsSeal({ name: 'a', score: { accuracy: 0.6 } }, ['score'])).toBe(true)
})
