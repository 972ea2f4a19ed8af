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
  ...Array.from({ length: 7 }, (_, index): [string, string, number] => [`--series-${index + 1}`, '--surface-raised', 3])
]

describe.each([['light', light], ['dark', dark]] as const)('the %s theme', (_, tokens) => {
  it('has the same colours by name as the other', () => {
    expect([...tokens.keys()].sort()).toEqual([...light.keys()].sort())
  })

  it.each(pairs)('%s reads on %s (%d : 1)', (text, ground, least) => {
    expect(contrast(tokens.get(text) ?? '#000000', tokens.get(ground) ?? '#000000')).toBeGreaterThanOrEqual(least)
  })
})
