import { expect, it } from 'vitest'
import { npyParts } from './npy'

it('is a file that numpy.load reads: 64 bytes of header a multiple, then the rows', () => {
  const [header, numbers] = npyParts(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3) as [Buffer, Uint8Array]
  // numpy 2.3: np.save of np.arange(1, 7, dtype='<f4').reshape(2, 3) is these 128 bytes and the 24 of the numbers.
  expect(header.length).toBe(128)
  expect(header.subarray(0, 10).toString('latin1')).toBe('\x93NUMPY\x01\x00v\x00')
  expect(header.subarray(10).toString('latin1')).toBe('{\'descr\': \'<f4\', \'fortran_order\': False, \'shape\': (2, 3), }'.padEnd(117) + '\n')
  expect(new Float32Array(numbers.buffer, numbers.byteOffset, 6)).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6))
})
