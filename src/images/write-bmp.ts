import { encode } from 'fast-bmp'
import type { ImageShape } from '../contract/datasets'

/**
 * Pixels `[height, width, channels]` as an uncompressed BMP: 24 bits per pixel for three channels, 8 bits and a grey
 * palette for one. Browsers show it without a decoder that could be attacked, and main needs no decoder of images.
 * @throws RangeError where the pixels do not fill the shape, or there are neither one nor three channels
 */
export function encodeBmp(pixels: Uint8Array, [height, width, channels]: ImageShape): Buffer {
  if (pixels.length === 0 || pixels.length !== height * width * channels || (channels !== 1 && channels !== 3)) {
    throw new RangeError(`${pixels.length} bytes are no image of ${height}×${width}×${channels}`)
  }
  const { buffer, byteOffset, byteLength } = encode({ data: pixels, height, width, channels, components: channels, bitsPerPixel: 8 * channels })
  return Buffer.from(buffer, byteOffset, byteLength)
}
