import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { randomStream } from '../../../src/engine/random'

/** A folder of noise in colour: 80 pictures of 24×24 in each of three classes. */
export async function drawPictures(folder: string): Promise<void> {
  const random = randomStream('pictures')
  for (const name of ['bird', 'cat', 'dog']) {
    await fs.mkdir(join(folder, name), { recursive: true })
    for (let index = 0; index < 80; index++) {
      const pixels = Buffer.from(Array.from({ length: 24 * 24 * 3 }, () => random.integer(256)))
      await sharp(pixels, { raw: { width: 24, height: 24, channels: 3 } }).png().toFile(join(folder, name, `${index}.png`))
    }
  }
}
