import { expect, it } from 'vitest'
import { crc32, crc32InJavaScript, fitsItsSeal, sealed } from './checksums'

it('CRC-32 is the one of the standard, with Node\'s own function and without', () => {
  // The check value of CRC-32/ISO-HDLC.
  const bytes = Buffer.from('123456789')
  expect([crc32(bytes), crc32InJavaScript(bytes)]).toEqual([0xcbf43926, 0xcbf43926])
})

it('a seal holds over its fields, whatever else changes, and however the file is laid out', () => {
  const record = sealed({ name: 'a', score: { accuracy: 0.5 }, state: 'done' }, ['score'])
  expect(fitsItsSeal(JSON.parse(JSON.stringify({ ...record, name: 'b', state: 'failed' })), ['score'])).toBe(true)
  expect(fitsItsSeal(JSON.parse(JSON.stringify(record, null, 4)), ['score'])).toBe(true)
  expect(fitsItsSeal({ ...record, score: { accuracy: 0.6 } }, ['score'])).toBe(false)
  expect(fitsItsSeal({ name: 'a', score: { accuracy: 0.6 } }, ['score'])).toBe(true)
})
