import type { ImageShape } from '../contract/datasets'

/**
 * Images `[n, height, width, channels]` shrunk by a whole factor, each pixel the mean of `factor` × `factor`; what is
 * left over at the right and below is dropped. A factor that leaves nothing is lowered.
 */
export function shrink(pixels: Uint8Array, shape: ImageShape, factor: number): { pixels: Uint8Array, shape: ImageShape } {
  const [height, width, channels] = shape
  const by = Math.min(factor, height, width)
  if (by <= 1) return { pixels, shape }
  const [rows, columns] = [Math.floor(height / by), Math.floor(width / by)]
  const images = pixels.length / (height * width * channels)
  const small = new Uint8Array(images * rows * columns * channels)
  const [area, lineBytes] = [by * by, width * channels]
  for (let image = 0, at = 0; image < images; image++) {
    for (let row = 0; row < rows; row++) {
      const line = (image * height + row * by) * lineBytes
      for (let column = 0; column < columns; column++) {
        for (let channel = 0; channel < channels; channel++, at++) {
          let sum = 0
          for (let y = 0, from = line + column * by * channels + channel; y < by; y++, from += lineBytes) {
            for (let x = 0; x < by; x++) sum += pixels[from + x * channels]!
          }
          small[at] = Math.round(sum / area)
        }
      }
    }
  }
  return { pixels: small, shape: [rows, columns, channels] }
}
