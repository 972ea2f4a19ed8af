import { describe, expect, it } from 'vitest'
import css from './tokens.css?raw'

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
}
const light = tokensOf(':root')
const dark = tokensOf(':root[data-theme=\'dark\']')

/** WCAG 2.2 relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
function contrast(first: string, second: string): number {
  const [bright = 0, dim = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

const grounds = ['--surface', '--surface-raised', '--surface-sunken', '--surface-hover', '--selection']
const texts = [
  '--text', '--text-muted', '--text-faint', '--accent-text', '--source-text', '--target-text', '--helped-text', '--hurt-text',
  '--control-text', '--warning-text'
]
const pairs: [string, string, number][] = [
  ...texts.flatMap((text) => grounds.map((ground): [string, string, number] => [text, ground, 4.5])),
  ...['accent', 'source', 'target', 'helped', 'hurt', 'control', 'warning'].map((name): [string, string, number] => [`--${name}-text`, `--${name}-soft`, 4.5]),
  ['--on-accent', '--accent', 4.5],
  ['--on-accent', '--accent-hover', 4.5], ['--surface-raised', '--source', 4.5], ['--surface', '--text', 4.5],
  ['--border-strong', '--surface-raised', 3], ['--focus', '--surface', 3],
  ...Array.from({ length: 10 }, (_, index) => ['--surface-raised', '--surface-sunken']
    .map((ground): [string, string, number] => [`--class-${index + 1}`, ground, 3])).flat(),
  ...Array.from({ length: 7 }, (_, index): [string, string, number] => [`--series-${index + 1}`, '--surface-raised', 3])
]

/** What red, green and blue light becomes for usual eyes, and without the cones for red or for green (Machado et al. 2009, severity 1). */
const eyes = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
}
/** A colour as such eyes see it, in Oklab (Ottosson 2020), where distances are as seen. */
function seen(colour: string, eye: number[][]): [number, number, number] {
  const light = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  const [red = 0, green = 0, blue = 0] = eye.map((row) => Math.min(1, Math.max(0, row.reduce((sum, weight, at) => sum + weight * light[at]!, 0))))
  const [long = 0, middle = 0, short = 0] = [
    0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue, 0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue,
    0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue
  ].map(Math.cbrt)
  return [
    0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short, 1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short
  ]
}

describe.each([['light', light], ['dark', dark]] as const)('the %s theme', (_, tokens) => {
  it('has the same colours by name as the other', () => {
    expect([...tokens.keys()].sort()).toEqual([...light.keys()].sort())
  })

  it.each(Object.entries(eyes))('has ten colours of classes that differ plainly for eyes with %s sight', (_eye, matrix) => {
    const colours = Array.from({ length: 10 }, (_each, index) => seen(tokens.get(`--class-${index + 1}`) ?? '#000000', matrix))
    const distances = colours.flatMap((first, index) => colours.slice(0, index).map((second) => Math.hypot(...first.map((value, at) => value - second[at]!))))
    // Ten steps of viridis, which they took the place of, lie 0.05 apart.
    expect(Math.min(...distances)).toBeGreaterThan(0.11)
  })

  it.each(pairs)('%s reads on %s (%d : 1)', (text, ground, least) => {
    expect(contrast(tokens.get(text) ?? '#000000', tokens.get(ground) ?? '#000000')).toBeGreaterThanOrEqual(least)
  })
})
