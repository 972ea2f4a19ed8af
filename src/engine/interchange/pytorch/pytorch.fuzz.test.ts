import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '#test/cases'
import { GraftError } from '../../../contract/errors'
import { zipFile } from '../../../library/testing'
import { decodePytorch } from './format'

const limits = { bytes: 1 << 20, tensors: 1_000 }
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

/** The state dictionary { weight: [1, 2] } as PyTorch pickles it, its numbers in the storage "0". */
const dictionary = latin1('\x80\x02}q\x00X\x06\x00\x00\x00weightq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02((X\x07\x00\x00\x00storageq\x03'
  + 'ctorch\nFloatStorage\nq\x04X\x01\x00\x00\x000q\x05X\x03\x00\x00\x00cpuq\x06K\x02tq\x07QK\x00K\x02\x85q\x08K\x01\x85q\x09\x89'
  + 'ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0ds.')
const numbers = Buffer.from(new Uint8Array(Float32Array.of(1, 2).buffer))
const count = Buffer.alloc(8)
count.writeBigInt64LE(2n)
const legacy = Buffer.concat([
  latin1('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.'), latin1('\x80\x02M\xe9\x03.'), latin1('\x80\x02}q\x00X\x0d\x00\x00\x00little_endianq\x01\x88s.'),
  dictionary, latin1('\x80\x02]q\x00X\x01\x00\x00\x000q\x01a.'), count, numbers
])
const zipped = zipFile([{ name: 'archive/data.pkl', content: dictionary }, { name: 'archive/data/0', content: numbers }])

/** Reads, and either gives tensors that fit their shapes or says what is wrong. */
async function holds(bytes: Uint8Array): Promise<void> {
  try {
    const { tensors } = await decodePytorch(bytes, 'fuzzed.pt', limits)
    for (const { shape, data } of tensors.values()) expect(data.length).toBe(shape.reduce((product, length) => product * length, 1))
  } catch (error) {
    if (!(error instanceof GraftError && ['pytorch-damaged', 'pickle-runs-code', 'model-too-large'].includes(error.code))) throw error
  }
}

const changes = (length: number) => fc.array(fc.tuple(fc.nat(length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
function changed(whole: Uint8Array, bytes: readonly (readonly [number, number])[], end: number): Uint8Array {
  const copy = Uint8Array.from(whole)
  for (const [at, value] of bytes) copy[at] = value
  return copy.subarray(0, Math.max(end, 1))
}

describe('the parser of PyTorch files', () => {
  it('reads the two files that are then damaged', async () => {
    for (const file of [legacy, zipped]) {
      expect([...(await decodePytorch(file, 'whole.pt', limits)).tensors]).toEqual([['weight', { shape: [2], data: Float32Array.of(1, 2) }]])
    }
  })

  it('takes older files with some bytes changed, or cut', () => fc.assert(fc.asyncProperty(
    changes(legacy.length), fc.oneof(fc.constant(legacy.length), fc.nat(legacy.length)), (bytes, end) => holds(changed(legacy, bytes, end))
  ), { numRuns: cases(5_000) }), 60_000)

  it('takes zip files with some bytes changed, or cut', () => fc.assert(fc.asyncProperty(
    changes(zipped.length), fc.oneof(fc.constant(zipped.length), fc.nat(zipped.length)), (bytes, end) => holds(changed(zipped, bytes, end))
  ), { numRuns: cases(2_500) }), 60_000)

  it('takes any run of a pickle\'s operations', () => {
    const start = legacy.subarray(0, legacy.indexOf(dictionary))
    const operation = fc.constantFrom(...'(.012NIJKMLFGSVTXUBC)tlaed}sup]qrghjcRbQio', '\x80', '\x81', '\x85', '\x86', '\x87', '\x88', '\x8a', '\x8c', '\x8f', '\x90', '\x93', '\x94', '\x95')
    const word = fc.constantFrom('torch\nFloatStorage\n', 'collections\nOrderedDict\n', 'torch._utils\n_rebuild_tensor_v2\n', '\x01', '\x00\x00\x00\x00', '1\n', '0')
    return fc.assert(fc.asyncProperty(fc.array(fc.oneof(operation, word), { maxLength: 40 }), (parts) => (
      holds(Buffer.concat([start, latin1(`${parts.join('')}.`), latin1(').')]))
    )), { numRuns: cases(5_000) })
  }, 60_000)

  it.each([
    ['a storage that claims 2⁶³ numbers', Buffer.concat([legacy.subarray(0, -16), Buffer.from('ffffffffffffff7f', 'hex'), numbers]), 'pytorch-damaged'],
    ['a file that ends within its numbers', legacy.subarray(0, -1), 'pytorch-damaged'],
    ['an archive without a pickle', zipFile([{ name: 'archive/data/0', content: numbers }]), 'pytorch-damaged'],
    ['an archive whose storage is not there', zipFile([{ name: 'archive/data.pkl', content: dictionary }]), 'pytorch-damaged'],
    ['an entry that unpacks to more than it claims',
      zipFile([{ name: 'archive/data.pkl', content: dictionary }, { name: 'archive/data/0', content: Buffer.alloc(1 << 16), claims: 8 }]), 'pytorch-damaged'],
    ['a small entry that claims a gigabyte', zipFile([{ name: 'archive/data.pkl', content: dictionary, claims: 1 << 30 }]), 'pytorch-damaged']
  ])('refuses %s with a sentence that names the file', async (_, bytes, code) => {
    await expect(decodePytorch(bytes, 'bad.pt', limits)).rejects.toMatchObject({ code, message: expect.stringContaining('bad.pt') })
  })

  it('takes no more memory than it may', async () => {
    await expect(decodePytorch(legacy, 'big.pt', { bytes: 7, tensors: 10 })).rejects.toMatchObject({ code: 'model-too-large' })
  })
})
