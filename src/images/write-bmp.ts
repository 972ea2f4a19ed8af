import type { ImageShape } from '../contract/datasets'

const fileHeaderBytes = 14
const infoHeaderBytes = 40

/**
 * Pixels `[height, width, channels]` as an uncompressed BMP: 24 bits a pixel for three channels, 8 bits and a grey
 * palette for one. Browsers show it without a decoder that could be attacked, and main needs no image library.
 * Layout: Microsoft's BITMAPFILEHEADER and BITMAPINFOHEADER; rows from bottom to top, each padded to four bytes.
 */
export function encodeBmp(pixels: Uint8Array, [height, width, channels]: ImageShape): Buffer {
  if (pixels.length !== height * width * channels) {
    throw new RangeError(`${pixels.length} bytes are no image of ${height}×${width}×${channels}`)
  }
  const header = headerOf([height, width, channels])
  const rowBytes = rowLength(width, channels)
  const image = Buffer.alloc(header.length + rowBytes * height)
  header.copy(image)
  for (let row = 0; row < height; row += 1) {
    const to = header.length + (height - 1 - row) * rowBytes
    const from = row * width * channels
    if (channels === 1) {
      image.set(pixels.subarray(from, from + width), to)
      continue
    }
    for (let column = 0; column < width; column += 1) {
      const pixel = from + column * 3
      // BMP wants blue, green, red.
      image[to + column * 3] = pixels[pixel + 2] ?? 0
      image[to + column * 3 + 1] = pixels[pixel + 1] ?? 0
      image[to + column * 3 + 2] = pixels[pixel] ?? 0
    }
  }
  return image
}

const rowLength = (width: number, channels: number): number => Math.ceil(width * channels / 4) * 4

/** Galleries ask for thousands of images of one shape: headers are kept. */
const headers = new Map<string, Buffer>()

function headerOf(shape: ImageShape): Buffer {
  const key = shape.join('×')
  const known = headers.get(key)
  if (known) return known
  const header = makeHeader(shape)
  if (headers.size > 64) headers.clear()
  headers.set(key, header)
  return header
}

function makeHeader([height, width, channels]: ImageShape): Buffer {
  const colours = channels === 1 ? 256 : 0
  const offset = fileHeaderBytes + infoHeaderBytes + colours * 4
  const imageBytes = rowLength(width, channels) * height
  const header = Buffer.alloc(offset)
  header.write('BM', 0, 'latin1')
  header.writeUInt32LE(offset + imageBytes, 2)
  header.writeUInt32LE(offset, 10)
  header.writeUInt32LE(infoHeaderBytes, 14)
  header.writeInt32LE(width, 18)
  header.writeInt32LE(height, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(channels * 8, 28)
  header.writeUInt32LE(imageBytes, 34)
  header.writeUInt32LE(colours, 46)
  for (let grey = 0; grey < colours; grey += 1) {
    header.fill(grey, fileHeaderBytes + infoHeaderBytes + grey * 4, fileHeaderBytes + infoHeaderBytes + grey * 4 + 3)
  }
  return header
}
