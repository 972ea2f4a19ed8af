import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GraftError } from '../contract/errors'
import { randomStream, type RandomStream } from '../engine/random'
import { loadSharp } from '../images/decode'
import { throwIfCancelled } from '../library'
import { freeBytes } from '../library/disk'
import { bytes } from '../rules/format/figures'

const side = 64
const classes = 10
const atOnce = 64
/** A file of about 2 KB takes a block of the disk, and its pixels lie in the cache besides. */
const diskBytesEach = 4096 + side * side * 3
const reserveBytes = 1 << 30

/**
 * Writes synthetic photographs in `folder`, one JPEG each of 64×64 pixels in a folder per class: waves of the class's own
 * length, in colours and with noise of the image's own. The same numbers give the same files.
 * @throws `disk-full` where the files, and then the data set made of them, would not find room; `cancelled`
 */
export async function writePhotos(folder: string, images: number, { signal, onProgress }: {
  signal?: AbortSignal, onProgress?: (done: number) => void
} = {}): Promise<void> {
  await checkRoom(folder, images)
  const sharp = await loadSharp()
  const noise = noiseOf(randomStream('photos', 'noise'))
  for (let label = 0; label < classes; label++) await mkdir(join(folder, `class-${label}`), { recursive: true })
  for (let start = 0; start < images; start += atOnce) {
    throwIfCancelled(signal)
    await Promise.all(Array.from({ length: Math.min(atOnce, images - start) }, async (_, index) => {
      const image = start + index
      const label = image % classes
      const pixels = drawPhoto(label, randomStream('photos', image), noise)
      const file = await sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).jpeg({ quality: 80 }).toBuffer()
      await writeFile(join(folder, `class-${label}`, `${String(image).padStart(7, '0')}.jpg`), file)
    }))
    onProgress?.(Math.min(images, start + atOnce))
  }
}

async function checkRoom(folder: string, images: number): Promise<void> {
  const [needed, free] = [images * diskBytesEach + reserveBytes, await freeBytes(folder)]
  if (free >= needed) return
  throw new GraftError('disk-full', {
    en: `${images} synthetic images and their data set need ${bytes(needed)} in ${folder}, where ${bytes(free)} are free.`,
    zh: `${images} 张合成图像及其数据集需要在 ${folder} 中占用 ${bytes(needed)}，而可用空间只有 ${bytes(free)}。`
  }, { remedy: { en: 'Take fewer with --photos, or another folder for temporary files with TMPDIR.', zh: '请用 --photos 减少数量，或用 TMPDIR 指定其他临时文件夹。' } })
}

/** A megabyte of grain, of which each image takes its own part. */
function noiseOf(random: RandomStream): Int8Array {
  return Int8Array.from({ length: 1 << 20 }, () => random.integer(65) - 32)
}

/** Pixels `[64, 64, 3]`. */
function drawPhoto(label: number, random: RandomStream, noise: Int8Array): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(side * side * 3)
  const grain = random.integer(noise.length - pixels.length)
  for (let channel = 0; channel < 3; channel++) {
    const [mean, along, across] = [64 + random.integer(128), 20 + random.integer(50), 20 + random.integer(50)]
    const wave = (strength: number): Float32Array => {
      const phase = random.uniform() * 2 * Math.PI
      return Float32Array.from({ length: side }, (_, at) => strength * Math.sin(at * (label + 2) / 20 + phase))
    }
    const [rows, columns] = [wave(along), wave(across)]
    for (let y = 0, at = channel; y < side; y++) {
      for (let x = 0; x < side; x++, at += 3) pixels[at] = mean + rows[y]! + columns[x]! + noise[grain + at]!
    }
  }
  return pixels
}
