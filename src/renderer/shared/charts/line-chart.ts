import type { ChartDataset, ChartOptions } from 'chart.js'
import { decimate } from './decimate'
import { seriesStyle, tokenColour } from './palette'
import type { ChartDecor, EndLabel } from './plugins'
import { lastPoint, type ChartSeries } from './series'

/** A line with its place in the palette. */
export type DrawnSeries = ChartSeries & { style: number }

/** Points are marked where they stand at least this many pixels apart. */
const markerPixels = 8

/**
 * The series as chart.js takes them, thinned to the chart's width in pixels.
 * @param span what the whole width stands for, in units of x
 */
export function lineDatasets(
  list: readonly DrawnSeries[], width: number, span: number
): ChartDataset<'line', { x: number, y: number }[]>[] {
  return list.map((series) => {
    const style = seriesStyle(series.style)
    const colour = tokenColour(series.colour ?? style.token)
    // Lowest and highest of every two pixels: no peak is lost, and a long line is drawn in a millisecond.
    const data = decimate(series.x, series.y, Math.ceil(width / 2))
    const gap = ((data.at(-1)?.x ?? 0) - (data[0]?.x ?? 0)) / Math.max(1, data.length - 1)
    const marked = data.length === 1 || gap / Math.max(span, 1e-9) * width >= markerPixels
    return {
      label: series.label, data, borderColor: colour, backgroundColor: colour, borderDash: series.dash ?? style.dash,
      borderWidth: data.length > 2000 ? 1.25 : 2, pointRadius: marked ? 2.5 : 0, pointHoverRadius: 0,
      // A marker at the axis' end is whole.
      clip: 6, spanGaps: false, tension: 0, parsing: false as const, normalized: true
    }
  })
}

/** What stands at each line's end: its name and its latest value. */
export function endLabels(list: readonly DrawnSeries[], yFormat: (value: number) => string): EndLabel[] {
  return list.flatMap((series, datasetIndex) => {
    const last = lastPoint(series)
    if (!last) return []
    const style = seriesStyle(series.style)
    return [{
      name: series.label, value: yFormat(last.y), datasetIndex, colour: tokenColour(series.colour ?? style.token), dash: series.dash ?? style.dash
    }]
  })
}

export interface LineOptions {
  xTitle: string
  yTitle?: string | undefined
  yFormat: (value: number) => string
  xFormat: (value: number) => string
  yMinimum?: number | undefined
  yMaximum?: number | undefined
  xMinimum?: number | undefined
  xMaximum?: number | undefined
  /** Pixels kept free at the right for the end labels. */
  room: number
}

/** A tick's text without decimals that say nothing: `80 %` for `80.0 %`, `2.5` for `2.50`. */
const tick = (text: string): string => text.replace(/(\.\d*?)0+(?=\D*$)/, '$1').replace(/\.(?=\D*$)/, '')

/** Whether x counts something, such as epochs; a share or a confidence between 0 and 1 has ticks between them. */
const isWhole = ({ xMaximum }: LineOptions): boolean => xMaximum === undefined || xMaximum > 1

/** Options of a quiet chart: one axis each way, thin lines, no legend, no motion. Also reads the theme's colours into `decor`. */
export function lineOptions(options: LineOptions, decor: ChartDecor): ChartOptions<'line'> {
  const muted = tokenColour('--text-muted')
  const grid = tokenColour('--grid-line')
  decor.textColour = tokenColour('--text')
  const ticks = { color: muted, font: { size: 12 }, maxRotation: 0, autoSkipPadding: 16 }
  const title = (text: string | undefined) => ({ display: text !== undefined, text: text ?? '', color: muted, font: { size: 12 } })
  return {
    animation: false,
    responsive: true,
    maintainAspectRatio: false,
    events: [],
    layout: { padding: { right: options.room, top: 4 } },
    plugins: { legend: { display: false }, tooltip: { enabled: false } },
    scales: {
      x: {
        type: 'linear', min: options.xMinimum, max: options.xMaximum, title: title(options.xTitle), border: { color: grid },
        grid: { display: false },
        ticks: { ...ticks, maxTicksLimit: 10, ...(isWhole(options) && { precision: 0 }), callback: (value) => tick(options.xFormat(Number(value))) }
      },
      y: {
        type: 'linear', suggestedMin: options.yMinimum, suggestedMax: options.yMaximum, title: title(options.yTitle),
        border: { display: false }, grid: { color: grid }, ticks: { ...ticks, maxTicksLimit: 6, callback: (value) => tick(options.yFormat(Number(value))) }
      }
    }
  }
}
