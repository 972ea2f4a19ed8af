import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../src/contract/runs'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
let source: Run
let folder: string

beforeAll(async () => {
  bench = await openWorkbench()
  source = await bench.run(bench.spec({ method: 'scratch', training: { epochs: 3 } }))
  folder = join(bench.library.dataDir, 'shots')
  await mkdir(join(folder, 'inner'), { recursive: true })
  const reader = await bench.library.datasets.open('bars')
  // More than one pass takes, and not a multiple of it.
  for (let image = 0; image < 40; image++) {
    const pixels = await reader.readImages('test', [image])
    await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } }).png().toFile(join(folder, image < 5 ? 'inner' : '', `${image}.png`))
  }
  await reader.close()
  await writeFile(join(folder, '7.png'), 'cut off')
})
afterAll(() => bench.remove())

describe('many pictures', () => {
  it('get the answers that each gets alone, whatever lies between them', async () => {
    const before = tf.memory().numTensors
    const told: number[] = []
    const { files, classes, size, left } = await bench.engine.sortPictures(`run:${source.id}`, [folder], { device: 'cpu', pictures: 8 }, { onProgress: (done) => told.push(done) })
    expect(tf.memory().numTensors).toBe(before)
    expect({ classes, size, left, told }).toEqual({ classes: ['left', 'right', 'both'], size: [16, 16], left: 0, told: [32, 40] })
    expect(files.map(({ file }) => file)).toEqual([
      ...Array.from({ length: 35 }, (_, index) => `${index + 5}.png`), ...Array.from({ length: 5 }, (_, index) => `inner/${index}.png`)
    ])
    const alone = await bench.engine.predict(`run:${source.id}`, files.map(({ file }) => join(folder, file)), { device: 'cpu' })
    for (const [index, row] of files.entries()) {
      const own = alone.predictions[index]!
      if (row.file === '7.png') expect([row, own]).toEqual([{ file: '7.png', error: expect.objectContaining({ code: 'image-unreadable' }) as unknown }, expect.objectContaining({ error: expect.anything() as unknown })])
      else {
        if ('error' in row || 'error' in own) throw new Error(row.file)
        expect(row.class).toBe(own.classes[0]!.class)
        expect(row.confidence).toBeCloseTo(own.classes[0]!.probability, 5)
        const { format, width } = await sharp(Buffer.from(row.picture!, 'base64')).metadata()
        expect([format, width]).toEqual(['jpeg', 8])
      }
    }
  })

  it('are as many as were asked for, and stop when they are cancelled', async () => {
    const { files, left } = await bench.engine.sortPictures(`run:${source.id}`, [folder], { device: 'cpu', most: 3 })
    expect([files.length, left]).toEqual([3, 37])
    const controller = new AbortController()
    await expect(bench.engine.sortPictures(`run:${source.id}`, [folder], { device: 'cpu' }, { signal: controller.signal, onProgress: () => controller.abort() }))
      .rejects.toMatchObject({ name: 'AbortError' })
  })
})
