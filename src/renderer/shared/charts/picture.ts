import { tokenColour } from './palette'

/** A canvas as a PNG on the theme's ground; null where there is nothing to draw. */
export async function chartPicture(canvas: HTMLCanvasElement | null): Promise<Uint8Array<ArrayBuffer> | null> {
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
