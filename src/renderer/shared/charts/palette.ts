import { viridisChannels } from '../../../contract/ramp'

/** Okabe–Ito colours as tokens, and the line style that says the same without colour. */
const dashes: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [14, 4], [3, 6]]
const tokens = dashes.map((_, index) => `--series-${index + 1}`)

interface SeriesStyle { token: string, dash: number[] }

/** Colour token and dashes of the nth series; after seven the colours come again with other dashes. */
export function seriesStyle(index: number): SeriesStyle {
  const round = Math.floor(index / tokens.length)
  return {
    token: tokens[index % tokens.length] ?? '--series-1',
    dash: [...dashes[(index + round) % dashes.length] ?? []]
  }
}

const classColours = 10
const pointShapes = ['circle', 'square', 'diamond', 'triangle'] as const
export type PointShape = (typeof pointShapes)[number]

/** The colour token of the nth class; ten can be told apart, also by eyes that see red and green alike (tokens.test.ts). */
export const classColour = (index: number): string => `--class-${index % classColours + 1}`

/** How often the colours have come before at the nth class: 0 for the first ten. */
export const classRound = (index: number): number => Math.floor(index / classColours)

/** The shape of the nth class's points: another each time the colours come again. */
export const classShape = (index: number): PointShape => pointShapes[classRound(index) % pointShapes.length] ?? 'circle'

/** A colour or token as CSS takes it. */
export const cssColour = (colour: string): string => colour.startsWith('--') ? `var(${colour})` : colour

/** The value of a colour token in the theme in use; a colour is itself. */
export function tokenColour(token: string): string {
  if (!token.startsWith('--')) return token
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim() || '#000000'
}

/** Relative luminance of an sRGB colour (WCAG 2.2). */
function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((value) => {
    const share = value / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/**
 * The viridis ramp at a share in [0, 1], as an `rgb()` colour, and whether black or white reads on it: the one with the
 * higher contrast, which is never under 4.5 (where both are alike, √(1.05 · 0.05) / 0.05 = 4.58).
 */
export function viridis(share: number): { colour: string, darkText: boolean } {
  const channels = viridisChannels(share)
  return { colour: `rgb(${channels.join(', ')})`, darkText: luminance(channels) + 0.05 > Math.sqrt(1.05 * 0.05) }
}

export { viridisChannels }
