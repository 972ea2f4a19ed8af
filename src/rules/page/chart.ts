import { figure } from '../format/figures'

interface Series {
  label: string
  /** Index into the page's series colours and line styles. */
  index: number
  points: readonly (readonly [x: number, y: number])[]
}

export interface Chart {
  title: string
  xLabel: string
  series: readonly Series[]
  /** How a value is written, and how the round ones beside the y-axis are. */
  format?: (value: number) => string
  axisFormat?: (value: number) => string
}

const width = 560
const height = 280
const margin = { left: 56, right: 16, top: 12, bottom: 36 }
const dashes = ['', '6 4', '2 3', '8 3 2 3', '12 4', '1 4', '4 4', '10 2']

export const escapeHtml = (text: string): string => text
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const wantedTicks = 5

/** The round step that gives about `wanted` values between two ends. */
function roundStep(from: number, to: number, wanted: number): number {
  const rough = (to - from) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * (1 - 1e-9)) ?? 10 * power
}

/** The ends moved out to the next round values. */
function outwards(low: number, high: number): [number, number] {
  const step = roundStep(low, high, wantedTicks)
  const round = (value: number): number => Number(value.toPrecision(12))
  return [round(Math.floor(low / step + 1e-9) * step), round(Math.ceil(high / step - 1e-9) * step)]
}

/** Round values between two ends, about `wanted` of them. */
export function ticks(from: number, to: number, wanted: number): number[] {
  if (!(to > from)) return [from]
  const step = roundStep(from, to, wanted)
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

/** Lines over one pair of axes as an inline SVG; colours come from the page's style. */
export function chartSvg({ title, xLabel, series, format = figure, axisFormat = format }: Chart): string {
  const points = series.flatMap((line) => line.points)
  if (points.length === 0) return ''
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const [left, right] = spread(Math.min(...xs), Math.max(...xs))
  const [low, high] = outwards(...spread(Math.min(...ys), Math.max(...ys)))
  const x = (value: number): string => (margin.left + (value - left) / (right - left) * (width - margin.left - margin.right)).toFixed(1)
  const y = (value: number): string => (height - margin.bottom - (value - low) / (high - low) * (height - margin.top - margin.bottom)).toFixed(1)
  const grid = ticks(low, high, wantedTicks).map((value) =>
    `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y(value)}" y2="${y(value)}"/>`
    + `<text x="${margin.left - 8}" y="${y(value)}" dy="0.35em" text-anchor="end">${escapeHtml(axisFormat(value))}</text>`)
  const below = ticks(left, right, 8).filter(Number.isInteger).map((value) =>
    `<text x="${x(value)}" y="${height - margin.bottom + 16}" text-anchor="middle">${value}</text>`)
  const lines = series.map((line) => {
    const dash = dashes[line.index % dashes.length]
    const [only] = line.points
    if (line.points.length === 1 && only) {
      return `<circle class="mark series-${line.index}" cx="${x(only[0])}" cy="${y(only[1])}" r="3"><title>${escapeHtml(line.label)}</title></circle>`
    }
    const path = line.points.map(([px, py]) => `${x(px)},${y(py)}`).join(' ')
    return `<polyline class="line series-${line.index}"${dash && ` stroke-dasharray="${dash}"`} points="${path}">`
      + `<title>${escapeHtml(line.label)}</title></polyline>`
  })
  const described = `${title}: ${series.map((line) => `${line.label} ${format(line.points.at(-1)?.[1] ?? NaN)}`).join(', ')}`
  return `<figure><figcaption>${escapeHtml(title)}</figcaption>`
    + `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(described)}">`
    + grid.join('') + below.join('') + lines.join('')
    + `<text class="axis" x="${width - margin.right}" y="${height - 4}" text-anchor="end">${escapeHtml(xLabel)}</text></svg></figure>`
}

/** The sample of a series' line, for the table that stands as its legend. */
export const swatch = (index: number): string => {
  const dash = dashes[index % dashes.length]
  return `<svg class="swatch" viewBox="0 0 32 8" aria-hidden="true"><line class="line series-${index}" x1="0" x2="32" y1="4" y2="4"`
    + `${dash && ` stroke-dasharray="${dash}"`}/></svg>`
}

function spread(low: number, high: number): [number, number] {
  return low < high ? [low, high] : [low - 0.5, high + 0.5]
}
