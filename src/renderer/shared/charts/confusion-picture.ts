import { viridis } from './palette'
import { drawnPicture, fitted, roomFor } from './picture'

/** Pixels of the longest name beside its row or under its column, and between a name and its cells. */
const longestName = 112
const gap = 6
const lineHeight = 24

/** Pixels of a cell: room for its count where there are few classes; of many the matrix stays about as large as a window. */
const cellSize = (classes: number): number => classes <= 24 ? 36 : Math.max(4, Math.floor(960 / classes))

/** The matrix as a PNG: true classes down, predicted ones across; names and counts as long as they can be read. */
export function confusionPicture({ title, classes, matrix, axes }: {
  title: string
  classes: readonly string[]
  /** Counts, [true class][predicted class]. */
  matrix: readonly (readonly number[])[]
  /** Which way the two axes lie. */
  axes: string
}): Promise<Uint8Array<ArrayBuffer> | null> {
  const size = cellSize(classes.length)
  const isNamed = size >= 12
  const isCounted = size >= 24
  const side = size * classes.length
  const room = isNamed ? roomFor(classes, longestName) : 0
  const left = isNamed ? room + 2 * gap : 0
  const top = 2 * lineHeight
  const bottom = top + side
  const foot = bottom + (isNamed ? room + 2 * gap : 0)
  return drawnPicture(left + side, foot, (context) => {
    const ink = context.fillStyle
    const upright = (text: string, x: number, y: number): void => {
      context.save()
      context.translate(x, y)
      context.rotate(-Math.PI / 2)
      context.fillText(text, 0, 0)
      context.restore()
    }
    context.fillText(title, 0, lineHeight / 2)
    context.fillText(axes, 0, lineHeight * 1.5)
    context.textAlign = 'center'
    for (const [row, counts] of matrix.entries()) {
      const total = counts.reduce((sum, count) => sum + count, 0)
      for (const [column, count] of counts.entries()) {
        const { colour, darkText } = viridis(total === 0 ? 0 : count / total)
        const [x, y] = [left + column * size, top + row * size]
        context.fillStyle = colour
        context.fillRect(x, y, size - (isCounted ? 1 : 0), size - (isCounted ? 1 : 0))
        if (!isCounted || count === 0) continue
        context.fillStyle = darkText ? '#000' : '#fff'
        context.fillText(fitted(context, String(count), size), x + size / 2, y + size / 2)
      }
    }
    context.fillStyle = ink
    context.textAlign = 'right'
    if (!isNamed) return
    for (const [index, name] of classes.entries()) {
      const label = fitted(context, name, room)
      context.fillText(label, left - gap, top + (index + 0.5) * size)
      upright(label, left + (index + 0.5) * size, bottom + gap)
    }
  })
}
