import { expect, it } from 'vitest'
import { randomStream } from '../../src/engine/random'
import { openLibrary } from '../../src/library'
import { DatasetWriter } from '../../src/library/datasets/writer'
import { useWorkplace } from '../../src/library/testing'

const place = useWorkplace()
const side = 8
const imageBytes = side * side
const images = 1_000_000
const atOnce = 10_000

const pixel = (image: number, at: number): number => (image * 31 + at * 7) % 251

/** Milliseconds of processor time, which other work on the machine does not lengthen much. */
async function costOf(work: () => Promise<void>): Promise<number> {
  const began = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

it('a data set of a million images is listed, opened and browsed at once, and its memory is that of what is looked at', async () => {
  const { library } = place
  const writer = await DatasetWriter.create(library.datasets.folder, 'million', [side, side, 1])
  for (let from = 0; from < images; from += atOnce) {
    const batch = new Uint8Array(atOnce * imageBytes)
    for (let image = 0; image < atOnce; image++) for (let at = 0; at < imageBytes; at++) batch[image * imageBytes + at] = pixel(from + image, at)
    await writer.append({ split: 'train', images: batch, labels: Int32Array.from({ length: atOnce }, (_, image) => (from + image) % 10) })
  }
  await writer.append({ split: 'test', images: new Uint8Array(20 * imageBytes), labels: Int32Array.from({ length: 20 }, (_, image) => image % 10) })
  await writer.finish({
    name: 'Million', classes: Array.from('0123456789'), validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: 'million' }
  })

  // As a program that was just started finds it.
  const { datasets } = openLibrary(library.dataDir)
  const costs: Record<string, number> = {}
  costs['list'] = await costOf(async () => {
    expect((await datasets.list()).datasets[0]?.splits.train?.count).toBe(images)
  })
  const resident = process.memoryUsage().arrayBuffers
  let reader: Awaited<ReturnType<typeof datasets.open>> | undefined
  costs['open'] = await costOf(async () => { reader = await datasets.open('million') })
  const random = randomStream('browse')
  // Pages of sixty pictures anywhere in it, as the gallery asks for them.
  costs['browse'] = await costOf(async () => {
    for (let page = 0; page < 20; page++) {
      const from = random.integer(images - 60)
      const positions = Int32Array.from({ length: 60 }, (_, index) => from + index)
      const found = await reader!.readImages('train', positions)
      expect(found[59 * imageBytes + 3]).toBe(pixel(from + 59, 3))
      expect((await reader!.readLabels('train', positions))[59]).toBe((from + 59) % 10)
    }
  })
  // Checksums, labels: some bytes each, and what waits to be collected. The pictures themselves, 64 bytes each, stay on the disk.
  expect(process.memoryUsage().arrayBuffers - resident).toBeLessThan(32 * images)
  await reader!.close()
  console.info(`A million images: ${Object.entries(costs).map(([what, cost]) => `${what} ${Math.round(cost)} ms`).join(', ')} of processor time.`)
  expect(costs['list']).toBeLessThan(500)
  expect(costs['open']).toBeLessThan(1_000)
  expect(costs['browse']).toBeLessThan(2_000)
}, 120_000)
