import { type Fit, imageBytesOf, type ImageShape } from '../contract/datasets'

/** Which source pixels one target pixel is made of, along one axis. */
interface Taps {
  first: Int32Array
  count: Int32Array
  /** `[target, widest]` */
  weights: Float64Array
  widest: number
}

/**
 * Brings images to another shape as a person wants it: stretched, cropped around the middle, or padded with black (of
 * several channels: nought in each). See `resizeBatch`.
 */
export function fitBatch(images: Uint8Array, from: ImageShape, to: ImageShape, fit: Fit): Uint8Array {
  const [height, width, channels] = from
  const [targetHeight, targetWidth] = to
  const scales = [targetHeight / height, targetWidth / width]
  if (fit === 'stretch' || scales[0] === scales[1]) return resizeBatch(images, from, to)
  const scale = fit === 'crop' ? Math.max(...scales) : Math.min(...scales)
  const atLeastOne = (side: number, most: number): number => Math.max(1, Math.min(most, Math.round(side)))
  if (fit === 'crop') {
    const window: ImageShape = [atLeastOne(targetHeight / scale, height), atLeastOne(targetWidth / scale, width), channels]
    return resizeBatch(placed(images, from, window), window, to)
  }
  const inner: ImageShape = [atLeastOne(height * scale, targetHeight), atLeastOne(width * scale, targetWidth), channels]
  return placed(resizeBatch(images, from, inner), inner, to)
}

/** Images in the middle of smaller ones, which cut them off, or of larger ones, which are black around them. */
function placed(images: Uint8Array, from: ImageShape, to: ImageShape): Uint8Array {
  const [height, width, channels] = from
  const [targetHeight, targetWidth] = to
  const count = images.length / imageBytesOf(from)
  const result = new Uint8Array(count * imageBytesOf(to))
  const top = Math.floor((targetHeight - height) / 2)
  const left = Math.floor((targetWidth - width) / 2)
  const rowBytes = Math.min(width, targetWidth) * channels
  for (let image = 0; image < count; image++) {
    for (let row = Math.max(0, top); row < Math.min(targetHeight, top + height); row++) {
      const source = image * imageBytesOf(from) + ((row - top) * width + Math.max(0, -left)) * channels
      result.set(images.subarray(source, source + rowBytes), image * imageBytesOf(to) + (row * targetWidth + Math.max(0, left)) * channels)
    }
  }
  return result
}

/**
 * Brings images to another height and width with a bilinear (triangle) filter between pixel centres. When it makes
 * them smaller the filter widens with the step, so that no pixel is lost (as Pillow's BILINEAR does).
 * @param images `[n, height, width, channels]`
 * @returns `[n, target height, target width, channels]`, rounded
 */
export function resizeBatch(images: Uint8Array, from: ImageShape, to: ImageShape): Uint8Array {
  const [height, width, channels] = from
  const [targetHeight, targetWidth] = to
  const count = images.length / imageBytesOf(from)
  const horizontal = tapsOf(width, targetWidth)
  const vertical = tapsOf(height, targetHeight)
  const resized = new Uint8Array(count * targetHeight * targetWidth * channels)
  const rows = new Float64Array(height * targetWidth * channels)
  let out = 0
  for (let image = 0; image < count; image++) {
    const offset = image * height * width * channels
    for (let y = 0, row = 0; y < height; y++) {
      for (let x = 0; x < targetWidth; x++) {
        const first = offset + (y * width + horizontal.first[x]!) * channels
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0
          for (let tap = 0; tap < horizontal.count[x]!; tap++) {
            sum += horizontal.weights[x * horizontal.widest + tap]! * images[first + tap * channels + channel]!
          }
          rows[row++] = sum
        }
      }
    }
    const stride = targetWidth * channels
    for (let y = 0; y < targetHeight; y++) {
      for (let x = 0; x < stride; x++) {
        let sum = 0
        for (let tap = 0; tap < vertical.count[y]!; tap++) {
          sum += vertical.weights[y * vertical.widest + tap]! * rows[(vertical.first[y]! + tap) * stride + x]!
        }
        resized[out++] = Math.min(255, Math.round(sum))
      }
    }
  }
  return resized
}

function tapsOf(size: number, target: number): Taps {
  const step = size / target
  const radius = Math.max(1, step)
  const widest = Math.ceil(radius) * 2 + 1
  const taps: Taps = {
    first: new Int32Array(target), count: new Int32Array(target), weights: new Float64Array(target * widest), widest
  }
  for (let position = 0; position < target; position++) {
    const centre = (position + 0.5) * step - 0.5
    const first = Math.max(0, Math.ceil(centre - radius))
    const last = Math.min(size - 1, Math.floor(centre + radius))
    let total = 0
    for (let source = first; source <= last; source++) {
      const weight = Math.max(0, 1 - Math.abs(source - centre) / radius)
      taps.weights[position * widest + source - first] = weight
      total += weight
    }
    for (let tap = 0; tap <= last - first; tap++) taps.weights[position * widest + tap]! /= total
    taps.first[position] = first
    taps.count[position] = last - first + 1
  }
  return taps
}
