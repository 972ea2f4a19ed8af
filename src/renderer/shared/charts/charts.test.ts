import { describe, expect, it } from 'vitest'
import { shortest } from '#test/shortest'
import { confusionCsv, confusionRows } from './confusion'
import { decimate } from './decimate'
import { seriesStyle, viridis } from './palette'
import { fittedLabel, spread } from './plugins'
import { lastPoint, nearestIndex, seriesCsv, seriesTable } from './series'

describe('thinning a long line', () => {
  const length = 100_000
  const x = Float64Array.from({ length }, (_, index) => index)
  const y = Float64Array.from(x, (at) => Math.sin(at / 500))

  it('leaves a short line as it is', () => {
    expect(decimate([0, 1, 2], [5, 6, 7], 100)).toEqual([{ x: 0, y: 5 }, { x: 1, y: 6 }, { x: 2, y: 7 }])
  })

  it('keeps both ends and every peak of 100,000 points in a few per pixel', () => {
    const spiked = Float64Array.from(y)
    spiked[54_321] = 99
    spiked[12_345] = -99
    const points = decimate(x, spiked, 500)
    expect(points.length).toBeLessThan(2600)
    expect(points[0]).toEqual({ x: 0, y: 0 })
    expect(points.at(-1)?.x).toBe(length - 1)
    expect(points).toContainEqual({ x: 54_321, y: 99 })
    expect(points).toContainEqual({ x: 12_345, y: -99 })
  })

  it('keeps a gap a gap and the order of x', () => {
    const broken = Float64Array.from(y)
    broken.fill(NaN, 40_000, 60_000)
    const points = decimate(x, broken, 500)
    expect(points.some((point) => point.x > 40_000 && point.x < 60_000 && Number.isNaN(point.y))).toBe(true)
    expect(points.every((point, index) => index === 0 || point.x > (points[index - 1]?.x ?? 0))).toBe(true)
  })

  it('is quick enough to be done for every frame', async () => {
    expect(await shortest(10, () => decimate(x, y, 500))).toBeLessThan(100)
  })
})

describe('reading series', () => {
  const loss = { id: 'loss', label: 'Loss', x: [0.5, 1, 1.5, 2], y: [2, 1.5, 1.25, NaN] }
  const accuracy = { id: 'accuracy', label: '=Accuracy, "top 1"', x: [1, 2], y: [0.5, 0.75] }

  it('finds the nearest point, also beyond the ends', () => {
    expect(nearestIndex(loss.x, 1.2)).toBe(1)
    expect(nearestIndex(loss.x, 1.3)).toBe(2)
    expect(nearestIndex(loss.x, -5)).toBe(0)
    expect(nearestIndex(loss.x, 99)).toBe(3)
    expect(nearestIndex([], 1)).toBe(-1)
  })

  it('takes the last finite value as the latest', () => {
    expect(lastPoint(loss)).toEqual({ x: 1.5, y: 1.25 })
    expect(lastPoint({ ...loss, y: [NaN, NaN, NaN, NaN] })).toBeNull()
  })

  it('joins all series into one table by x, with gaps', () => {
    expect(seriesTable([loss, accuracy])).toEqual([
      { x: 0.5, values: [2, null] }, { x: 1, values: [1.5, 0.5] }, { x: 1.5, values: [1.25, null] }, { x: 2, values: [null, 0.75] }
    ])
  })

  it('writes figures that a spreadsheet reads and does not run', () => {
    expect(seriesCsv('Epoch', [loss, accuracy]).split('\n').slice(0, 3)).toEqual([
      'Epoch,Loss,"\'=Accuracy, ""top 1"""', '0.5,2,', '1,1.5,0.5'
    ])
  })
})

describe('end labels', () => {
  it('keep the value whole where the name has too little room', () => {
    // A letter is one pixel wide here: 20 pixels hold 12 letters of the name (a space at the cut goes), a space and 7 of the value.
    const width = (text: string): number => [...text].length
    expect(fittedLabel({ name: 'Soft neighbourhood density', value: '4.85000' }, 20, width)).toBe('Soft…ensity 4.85000')
    expect(fittedLabel({ name: 'Task', value: '2.29' }, 20, width)).toBe('Task 2.29')
    expect(fittedLabel({ name: 'Training', value: '100.0 %' }, 2, width)).toMatch(/ 100\.0 %$/)
  })

  it('move apart, keep their order and stay inside', () => {
    const places = spread([100, 102, 10, 199], 16, 6, 194)
    const [first, second, third, last] = places as [number, number, number, number]
    expect(second - first).toBeGreaterThanOrEqual(16)
    expect(third).toBe(10)
    expect(last).toBeLessThanOrEqual(194)
  })
})

describe('colours', () => {
  it('tell the first fourteen series apart by colour and line style together', () => {
    const looks = Array.from({ length: 14 }, (_, index) => JSON.stringify(seriesStyle(index)))
    expect(new Set(looks).size).toBe(14)
  })

  it('run from dark to bright, with text that reads on both', () => {
    expect(viridis(0)).toEqual({ colour: 'rgb(68, 1, 84)', darkText: false })
    expect(viridis(1)).toEqual({ colour: 'rgb(253, 231, 37)', darkText: true })
    expect(viridis(7)).toEqual(viridis(1))
  })
})

describe('a confusion matrix', () => {
  const classes = ['cat', 'dog']
  const matrix = [[8, 2], [5, 5]]

  it('lists mistakes before what was right', () => {
    expect(confusionRows(classes, matrix).map(({ x, values }) => [x, ...values])).toEqual([
      ['dog → cat', 5, 0.5], ['cat → dog', 2, 0.2], ['cat → cat', 8, 0.8], ['dog → dog', 5, 0.5]
    ])
  })

  it('can be saved', () => {
    expect(confusionCsv(classes, matrix, { axes: 'True ↓, predicted →' })).toBe('"True ↓, predicted →",cat,dog\ncat,8,2\ndog,5,5\n')
    // A folder may have a name that a spreadsheet would run.
    expect(confusionCsv(['=1+1', 'a,"b"'], matrix, { axes: '' })).toBe(',\'=1+1,"a,""b"""\n\'=1+1,8,2\n"a,""b""",5,5\n')
  })
})
