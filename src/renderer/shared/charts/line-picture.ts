import { Chart } from 'chart.js'
import { endLabels, lineDatasets, lineOptions, type DrawnSeries, type LineOptions } from './line-chart'
import { drawnPicture, pictureTitleFont } from './picture'
import { endLabelsPlugin, endLabelsWidth, type ChartDecor } from './plugins'

/** Pixels of the chart itself, for a page or a slide; the file has twice as many each way. */
const width = 1200
const height = 600
const titleHeight = 44

/** The chart as a PNG with its title over it, of one size whatever the size on screen; null where nothing can be drawn. */
export async function linePicture(
  { title, series, span, yFormat, options }: {
    title: string
    series: readonly DrawnSeries[]
    /** What the whole width stands for, in units of x. */
    span: number
    yFormat: (value: number) => string
    options: Omit<LineOptions, 'room'>
  }
): Promise<Uint8Array<ArrayBuffer> | null> {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d')
  if (!context) return null
  const font = '14px system-ui, sans-serif'
  const decor: ChartDecor = { labels: endLabels(series, yFormat), textColour: '#000', font }
  const room = Math.min(endLabelsWidth(context, decor.labels, font), width * 0.45)
  const chart = new Chart(canvas, {
    type: 'line', data: { datasets: lineDatasets(series, width, span) },
    options: { ...lineOptions({ ...options, room }, decor), responsive: false, devicePixelRatio: 2 }, plugins: [endLabelsPlugin(() => decor)]
  })
  try {
    return await drawnPicture(width, titleHeight + height, (drawing) => {
      drawing.font = pictureTitleFont
      drawing.fillText(title, 0, titleHeight / 2)
      drawing.drawImage(chart.canvas, 0, titleHeight, width, height)
    })
  } finally {
    chart.destroy()
  }
}
