import type { Bar } from './bars'
import { tokenColour } from './palette'
import { drawnPicture, fitted, roomFor } from './picture'

const lineHeight = 24
/** Pixels across; a label takes at most so many. */
const widths = { label: 160, track: 480, value: 72, detail: 56, gap: 8 }

/** The whole list of bars as a PNG, however little of it is in sight. */
export function barPicture({ title, bars, share, text, colour }: {
  title: string
  bars: readonly Bar[]
  /** How much of the track a value fills, in [0, 1]. */
  share: (value: number) => number
  /** What stands at a bar's end. */
  text: (bar: Bar) => string
  /** Colour token of the bars. */
  colour: string
}): Promise<Uint8Array<ArrayBuffer> | null> {
  const labelWidth = roomFor(bars.map((bar) => bar.label), widths.label)
  const start = labelWidth + widths.gap
  const valueEnd = start + widths.track + widths.gap + widths.value
  return drawnPicture(valueEnd + widths.gap + widths.detail, (bars.length + 1) * lineHeight, (context) => {
    const ink = context.fillStyle
    context.fillText(title, 0, lineHeight / 2)
    for (const [index, bar] of bars.entries()) {
      const top = (index + 1) * lineHeight
      const middle = top + lineHeight / 2
      context.fillText(fitted(context, bar.label, labelWidth), 0, middle)
      context.fillStyle = tokenColour('--surface-sunken')
      context.fillRect(start, top + 6, widths.track, 12)
      if (bar.value !== null) {
        context.fillStyle = tokenColour(colour)
        context.fillRect(start, top + 6, share(bar.value) * widths.track, 12)
      }
      context.fillStyle = ink
      if (bar.interval) {
        const [low, high] = bar.interval.map((end) => share(end) * widths.track) as [number, number]
        context.fillRect(start + low, top + 11, Math.max(2, high - low), 2)
      }
      context.textAlign = 'right'
      context.fillText(text(bar), valueEnd, middle)
      if (bar.detail !== undefined) context.fillText(bar.detail, valueEnd + widths.gap + widths.detail, middle)
      context.textAlign = 'left'
    }
  })
}
