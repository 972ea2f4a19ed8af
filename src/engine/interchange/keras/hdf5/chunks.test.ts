import { beforeAll, describe, expect, it } from 'vitest'
import { openHdf5 } from '../h5'
import { unpackChunks } from './chunks'
import { Hdf5File } from './file'

const numbers = Float32Array.from({ length: 60 * 70 }, (_, place) => Math.sin(place))
const most = 1 << 20
let written: Uint8Array

beforeAll(async () => {
  const { hdf5, files } = await openHdf5()
  const file = new hdf5.File('chunks.h5', 'w')
  const group = file.create_group('layer')
  group.create_dataset({ name: 'packed', data: numbers, shape: [60, 70], dtype: '<f', chunks: [16, 32], compression: 'gzip', compression_opts: 6 })
  group.create_dataset({ name: 'chunked', data: numbers, shape: [60, 70], dtype: '<f', chunks: [7, 70] })
  group.create_dataset({ name: 'plain', data: numbers, shape: [60, 70], dtype: '<f' })
  file.flush()
  file.close()
  written = Buffer.from(files.readFile('chunks.h5') as Uint8Array)
})

const read = (bytes: Uint8Array, unpacked: Awaited<ReturnType<typeof unpackChunks>>, name: string) => new Hdf5File(bytes, unpacked).root.get(`layer/${name}`).dataset()!

describe('numbers in chunks', () => {
  it('are those that were written, compressed or not', async () => {
    const unpacked = await unpackChunks(written, most)
    expect([...unpacked.keys()].sort()).toEqual(['layer/chunked', 'layer/packed'])
    for (const name of ['packed', 'chunked', 'plain']) {
      const { shape, read: take } = read(written, unpacked, name)
      expect(shape).toEqual([60, 70])
      expect(take()).toEqual(numbers)
    }
  })

  it('are named where they cannot be unpacked, and the others are read', async () => {
    const damaged = new Uint8Array(written)
    const start = Buffer.from(damaged.buffer).indexOf(Buffer.from([0x78, 0x9c]))
    expect(start).toBeGreaterThan(0)
    damaged.fill(0xff, start, start + 40)
    const unpacked = await unpackChunks(damaged, most)
    expect(() => read(damaged, unpacked, 'packed')).toThrow('the numbers of "layer/packed" lie in chunks that could not be unpacked')
    expect(read(damaged, unpacked, 'plain').read()).toEqual(numbers)
  })

  it('that claim more than a model may take are refused before anything is unpacked', async () => {
    await expect(unpackChunks(written, 2 * numbers.byteLength - 1)).rejects.toThrow(`its chunks claim ${2 * numbers.byteLength} bytes`)
  })

  it('start no thread where there are none, or where nothing can be made of the file', async () => {
    const none = written.slice(0, 200)
    expect(await unpackChunks(none, most)).toEqual(new Map())
    expect(await unpackChunks(Buffer.from('hello'), most)).toEqual(new Map())
  })
})
