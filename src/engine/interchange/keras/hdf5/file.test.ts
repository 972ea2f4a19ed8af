import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { Hdf5File } from './file'

/**
 * Written by h5py 3.16 and ml_dtypes 0.6 as Keras 3 does (`saving_lib.H5IOStore`): `kernel`, [[1, −2.5], [0.15625, 3e38]]
 * in bfloat16 with the attribute `dtype`, and `raw`, the same type without it.
 */
const written = 'H4sIAAAAAAACA+v0cHHj5ZLiYgABDg4GFgYBBmTwHwp4JFD5MPkEKM0IpTug9AommDgjWA6qnUEQaj66upAgV1eQ6v9oAGaPAQuERnXdKBgpwMPVMQBER0D5sPR0gglVXXZqUV5q' +
  'DgNDUWI5Srp0INNeRgY2iBmMML4GhGaCCMCsx0UzM3CAtYpCxVihfCYmiAEcUJ8wMwKZkEyIYj8P1OUgd4gA5VJKKgtSgXxJRkZwXhCAO40Dxb8ckOyMJOZAlXgI9vN3YQT6BOZKBWb86mH5tYJ1' +
  'NA2jpitWtHQFSQeMjIwUpiMOaNZgQbNxxmigjwIM0GCvcEDBLqne3dnfhxEpwyKXIyCQlJaTn1hiaAbTd4N/NOxGwSgYBaNgFIyCUTAKRsEoGAWjYBSMgqE3DsDgAADa50pEDBgAAA=='

describe('an HDF5 file of Keras', () => {
  const { root } = new Hdf5File(gunzipSync(Buffer.from(written, 'base64')))

  it('gives numbers in bfloat16 where it says beside them that they are', () => {
    const { shape, read } = root.get('kernel').dataset()!
    expect(shape).toEqual([2, 2])
    // 3e38 has no place in 8 bits of mantissa: 0x7f62 is 226/128 · 2^127.
    expect([...read()]).toEqual([1, -2.5, 0.15625, Math.fround(226 / 128 * 2 ** 127)])
  })

  it('takes bytes without a meaning for no numbers', () => {
    expect(() => root.get('raw').dataset()!.read()).toThrow(expect.objectContaining({
      reason: expect.objectContaining({ en: expect.stringContaining('holds no numbers') as string }) as unknown
    }) as Error)
  })
})
