import { describe, expect, it } from 'vitest'
import { sharesCanBeTold, xrayFindings, type XrayFacts } from './xray-words'

const even = { appearance: { polarity: 'dark-on-light' as const, border: 0.1 }, grey: false }
const facts = (change: Partial<XrayFacts> = {}): XrayFacts => ({
  classes: { source: ['cat', 'dog'], target: ['cat', 'dog'] }, shapes: { network: [32, 32, 3], target: [32, 32, 3] }, target: even, source: even, hasSourceData: true, ...change
})
const found = (change: Partial<XrayFacts>): Record<string, string> => Object.fromEntries(xrayFindings(facts(change)).map(({ id, text }) => [id, text.en]))
const distances = (toldApart: number): NonNullable<XrayFacts['distances']> =>
  ({ toldApart, aDistance: 4 * toldApart - 2, mmd: { value: 0.6, halves: 0.05 }, coral: { value: 1, halves: 0.5 } })

describe('what differs between source and target', () => {
  it('is said of class names: all, in another order, some, none', () => {
    expect(found({})['classes']).toContain('same names in the same order')
    expect(found({ classes: { source: ['dog', 'cat'], target: ['cat', 'dog'] } })['classes']).toContain('in another order')
    expect(found({ classes: { source: ['cat', 'dog', 'eel'], target: ['cat', 'dog', 'fox', 'gnu', 'eel'] } })['classes']).toContain('3 of 5 classes have the names')
    expect(found({ classes: { source: ['a'], target: ['b', 'c'] } })['classes']).toContain('No class has the name')
    expect(found({ classes: { source: ['a'], target: [] } })['classes']).toContain('no labels')
  })

  it('is said of distances with what chance would make', () => {
    expect(found({ distances: distances(0.97) })['distance']).toMatch(/97\.0.%.*1\.88 of 2.*12× that between two halves.*look different/)
    expect(found({ distances: distances(0.7) })['distance']).toContain('differ somewhat')
    expect(found({ distances: distances(0.5) })['distance']).toContain('look alike')
    expect(xrayFindings(facts({ source: undefined, hasSourceData: false })).map(({ id }) => id)).toContain('no-source-data')
    expect(found({})['distance']).toBe('Too few pictures to measure a distance.')
  })

  it('is said of where in the backbone it begins, and of domains', () => {
    const layer = (toldApart: number) => ({ block: 'b', title: '3×3', ...distances(toldApart) })
    const layers = (first: number, middle: number, last: number) => found({ layers: [layer(first), layer(middle)], distances: distances(last) })['layers']
    expect(layers(0.99, 0.99, 0.98)).toContain('Already after the first block (3×3)')
    expect(layers(0.99, 0.9, 0.6)).toContain('less at the end (60.0 %)')
    expect(layers(0.6, 0.9, 0.95)).toContain('from 3×3 on they are plainly different')
    expect(layers(0.55, 0.6, 0.95)).toContain('from the last block on')
    expect(layers(0.55, 0.6, 0.7)).toContain('After no block')
    const chinese = [[0.99, 0.98], [0.6, 0.95], [0.55, 0.7]].map(([first, last]) =>
      xrayFindings(facts({ layers: [{ ...layer(first!), title: 'Convolution 32' }, { ...layer(0.9), title: 'Dense 64' }], distances: distances(last!) })).find(({ id }) => id === 'layers')!.text.zh)
    for (const sentence of chinese) expect(sentence).toMatch(/卷积 32/)
    expect(chinese.join()).toContain('自全连接 64起')
    expect(chinese.join()).not.toMatch(/Convolution|Dense/)
    expect(found({ distances: distances(0.9) })).not.toHaveProperty('layers')
    const pair = (first: string, second: string, toldApart: number) => ({ first, second, ...distances(toldApart) })
    expect(found({ domains: [pair('a', 'b', 0.6), pair('a', 'c', 0.99)] })['domains'])
      .toContain('“a” and “c” (99.0 %), the nearest “a” and “b” (60.0 %)')
  })

  it.each([[0.6, 0.05, '12×'], [0.06, 0.05, '1.2×'], [3, 0.001, '> 100×'], [1e-8, 0.05, '< 0.1×'], [-0.001, 0.05, '< 0.1×']])(
    'says %f as a multiple of %f without exponents', (value, halves, said) => {
      expect(found({ distances: { ...distances(0.7), mmd: { value, halves } } })['distance']).toContain(`MMD is ${said} that between`)
    })

  it('is not said of pixels where the target has no training pictures', () => {
    const grey = { ...even, grey: true }
    expect(Object.keys(found({ source: grey }))).toContain('colour')
    expect(Object.keys(found({ target: undefined, source: grey }))).toEqual(['classes', 'distance'])
  })

  it('is said of shares only where they differ', () => {
    const shares = [{ class: 'cat', source: 0.5, estimated: 0.8 }, { class: 'dog', source: 0.5, estimated: 0.2 }]
    const near = { distances: distances(0.7) }
    expect(found({ shares, ...near })['shares']).toMatch(/“cat” is likely 80\.0.% of the target and 50\.0.%/)
    expect(found({ ...near, shares: shares.map((each) => ({ ...each, estimated: 0.5 })) })['shares']).toContain('about as frequent')
  })

  it('is not guessed of shares where the pictures look too different for it', () => {
    const shares = [{ class: 'cat', source: 0.5, estimated: 0.9 }, { class: 'dog', source: 0.5, estimated: 0.1 }]
    expect(found({ shares, distances: distances(0.99) })['shares']).toContain('cannot be told without labels')
    expect([sharesCanBeTold(distances(0.99)), sharesCanBeTold(distances(0.6)), sharesCanBeTold(undefined)]).toEqual([false, true, false])
  })

  it('speaks of what the source learned from only where that is known', () => {
    const other = { appearance: { polarity: 'light-on-dark' as const, border: 0.5 }, grey: true }
    const differing = {
      target: other, distances: distances(0.97)
    }
    const [known, named] = [found({ ...differing, learned: true }), found({ ...differing, learned: false })]
    for (const id of ['polarity', 'border']) {
      expect(known[id]).toContain('what the source learned from')
      expect(named[id]).toContain('the source images')
    }
    expect(known['colour']).toContain('The source learned from colour')
    expect(named['colour']).toBe('The source images are in colour, the target is grey.')
    expect(known['distance']).toContain('counts for little')
    expect(Object.values(named).join(' ')).not.toMatch(/source learned from|counts for little/)
    const own = xrayFindings(facts({ source: undefined, hasSourceData: false, own: true })).find(({ id }) => id === 'no-source-data')!
    expect(own.text.en).toContain('learned from the target’s own data set')
    expect(own.text.zh).toContain('正是目标的数据集')
  })

  it('is said of brightness, padding, colour and size', () => {
    const other = { appearance: { polarity: 'light-on-dark' as const, border: 0.5 }, grey: true }
    const all = found({ target: other, shapes: { network: [224, 224, 3], target: [28, 28, 1] } })
    expect(all).toMatchObject({
      polarity: expect.stringContaining('bright on dark'), border: expect.stringContaining('50.0'), colour: expect.stringContaining('the target is grey'),
      size: expect.stringContaining('enlarged')
    })
    expect(found({ shapes: { network: [32, 32, 3], target: [256, 256, 3] } })['size']).toContain('shrunk')
    expect(Object.keys(found({}))).toEqual(['classes', 'distance'])
  })
})
