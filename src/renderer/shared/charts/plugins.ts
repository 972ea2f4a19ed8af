import type { Chart, Plugin } from 'chart.js'
import { cutMiddle } from '../ui'

export interface EndLabel { name: string, value: string, datasetIndex: number, colour: string, dash: number[] }

/** What the end labels are drawn from; the component sets it before each update. */
export interface ChartDecor {
  labels: EndLabel[]
  textColour: string
  font: string
}

const lineHeight = 16
const swatch = 14

/** Width the end labels need, in pixels. */
export function endLabelsWidth(context: CanvasRenderingContext2D, labels: readonly Pick<EndLabel, 'name' | 'value'>[], font: string): number {
  context.save()
  context.font = font
  const widest = Math.max(0, ...labels.map(({ name, value }) => context.measureText(`${name} ${value}`).width))
  context.restore()
  return widest === 0 ? 0 : Math.ceil(widest) + swatch + 14
}

/** Name and value within a width: a name that is too long loses its middle, the value stays whole. */
export function fittedLabel({ name, value }: Pick<EndLabel, 'name' | 'value'>, width: number, widthOf: (text: string) => number): string {
  let letters = [...name].length
  const text = (): string => `${cutMiddle(name, letters)} ${value}`
  while (letters > 3 && widthOf(text()) > width) letters -= 1
  return text()
}

/** Places that keep their order and at least `distance` apart, near the wanted ones and within the limits. */
export function spread(wanted: readonly number[], distance: number, top: number, bottom: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y)
  let floor = top
  for (const item of order) {
    item.y = Math.max(item.y, floor)
    floor = item.y + distance
  }
  let ceiling = bottom
  for (const item of [...order].reverse()) {
    item.y = Math.min(item.y, ceiling)
    ceiling = item.y - distance
  }
  const places = new Array<number>(wanted.length).fill(0)
  for (const { y, index } of order) places[index] = y
  return places
}

/** Height in pixels of a line's last point that is no gap. */
function latestPixel(points: readonly { y: number, skip?: boolean }[]): number | null {
  for (let index = points.length - 1; index >= 0; index -= 1) {
    const point = points[index]
    if (point && !point.skip && Number.isFinite(point.y)) return point.y
  }
  return null
}

/** Draws each line's name and latest value at its end, moved apart where they would overlap. */
export function endLabelsPlugin(decor: () => ChartDecor): Plugin<'line'> {
  return {
    id: 'graftEndLabels',
    afterDatasetsDraw(chart: Chart<'line'>) {
      const { labels, font, textColour } = decor()
      const { ctx, chartArea } = chart
      const ends = labels.flatMap((label) => {
        const meta = chart.getDatasetMeta(label.datasetIndex)
        const y = latestPixel(meta.data)
        return y === null ? [] : [{ ...label, y }]
      })
      const places = spread(ends.map((end) => end.y), lineHeight, chartArea.top + 6, chartArea.bottom - 6)
      ctx.save()
      ctx.font = font
      ctx.textBaseline = 'middle'
      ends.forEach((end, index) => {
        const y = places[index] ?? end.y
        const left = chartArea.right + 6
        ctx.strokeStyle = end.colour
        ctx.lineWidth = 2
        ctx.setLineDash(end.dash)
        ctx.beginPath()
        ctx.moveTo(left, y)
        ctx.lineTo(left + swatch, y)
        ctx.stroke()
        ctx.setLineDash([])
        ctx.fillStyle = textColour
        const start = left + swatch + 4
        ctx.fillText(fittedLabel(end, chart.width - start, (text) => ctx.measureText(text).width), start, y)
      })
      ctx.restore()
    }
  }
}
