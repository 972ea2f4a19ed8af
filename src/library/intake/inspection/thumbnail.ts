import type { ImageShape } from '../../../contract/datasets'
import { loadSharp } from '../../../images/decode'

const largestSide = 72

/** Pixels `[height, width, channels]` as a small PNG in base64; larger ones are shrunk, small ones stay as they are. */
export async function thumbnailOf(pixels: Uint8Array, [height, width, channels]: ImageShape): Promise<{ width: number, height: number, png: string }> {
  const sharp = await loadSharp()
  const image = sharp(pixels, { raw: { width, height, channels } })
  const { data, info } = await image.resize({ width: largestSide, height: largestSide, fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: 6 }).toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, png: data.toString('base64') }
}
