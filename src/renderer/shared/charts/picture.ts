import { tokenColour } from './palette'

/** A canvas as a PNG on the theme's ground; null where there is nothing to draw. */
async function chartPicture(canvas: HTMLCanvasElement | null): Promise<Uint8Array<ArrayBuffer> | null> {
  if (canvas === null || canvas.width === 0) return null
  const copy = document.createElement('canvas')
  copy.width = canvas.width
  copy.height = canvas.height
  const context = copy.getContext('2d')
  if (!context) return null
  context.fillStyle = tokenColour('--surface-raised')
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(canvas, 0, 0)
  const blob = await new Promise<Blob | null>((resolve) => { copy.toBlob(resolve, 'image/png') })
  return blob === null ? null : new Uint8Array(await blob.arrayBuffer())
}

const sharpness = 2
/** Pixels of a side that every canvas can have. */
const longestSide = 16_000

/**
 * A PNG of what `draw` draws on `width` × `height` pixels of a screen, twice as fine where a canvas can be so large; on the
 * theme's ground with a margin. Text is drawn in the theme's colour, 12 pixels high.
 */
export async function drawnPicture(
  width: number, height: number, draw: (context: CanvasRenderingContext2D) => void
): Promise<Uint8Array<ArrayBuffer> | null> {
  const margin = 16
  const [wide, high] = [width + 2 * margin, height + 2 * margin]
  const scale = Math.min(sharpness, longestSide / Math.max(wide, high))
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(wide * scale)
  canvas.height = Math.ceil(high * scale)
  const context = canvas.getContext('2d')
  if (!context) return null
  context.scale(scale, scale)
  context.translate(margin, margin)
  context.font = pictureFont
  context.fillStyle = tokenColour('--text')
  context.textBaseline = 'middle'
  draw(context)
  return chartPicture(canvas)
}

const pictureFont = '12px system-ui, sans-serif'
export const pictureTitleFont = '600 20px system-ui, sans-serif'

/** Pixels that the longest of some texts takes in a picture, at most `most`. */
export function roomFor(texts: readonly string[], most: number): number {
  const context = document.createElement('canvas').getContext('2d')
  if (!context) return most
  context.font = pictureFont
  return Math.min(most, Math.ceil(Math.max(0, ...texts.map((text) => context.measureText(text).width))))
}

/** A text cut so that it fits into `width` pixels, with an ellipsis where it was. */
export function fitted(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text
  let length = text.length
  while (length > 0 && context.measureText(`${text.slice(0, length)}…`).width > width) length -= 1
  return `${text.slice(0, length)}…`
}
