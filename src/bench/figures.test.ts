import { describe, expect, it } from 'vitest'
import { bfloat16Figures, bfloat16Rows, figuresText, importFigures, kernelFigure, photoFigures, probeFigure, serviceFigure, stepFigures } from './figures'

const measured = (imagesPerSecond: number, epochSeconds: number[] = []): Parameters<typeof probeFigure>[0] =>
  ({ seconds: 1, imagesPerSecond, residentBytes: 250e6, epochSeconds })

describe('figures of the benchmark', () => {
  it('compare the fastest turn of each kind of kernels', () => {
    // 1,400 against 1,000: a slow turn of either (something else ran) does not count.
    const figure = kernelFigure([measured(1400), measured(300)], [measured(500), measured(1000)])
    expect(figure).toMatchObject({ value: 1.4, unit: 'times', reached: true })
    expect(figure.title.en).toContain('1,400 images/s against 1,000')
  })

  it('compare steps as functions with the same operation by operation, by the medians of their turns and of their memory', () => {
    const operations = [1000, 1200, 400].map((speed) => measured(speed))
    const functions = [1300, 1500, 100].map((speed) => ({ ...measured(speed), residentBytes: 275e6 }))
    const [speed, memory] = stepFigures('seed-cnn', functions, operations)
    expect(speed).toMatchObject({ value: 1.3, unit: 'times', reached: true })
    expect(speed!.title.en).toContain('1,300 images/s against 1,000')
    expect(memory).toMatchObject({ value: 1.1, aim: { at: 'most', value: 1.03 }, reached: false })
    expect(stepFigures('resnet-20', [], operations)).toEqual([])
  })

  it('compare bfloat16 with Graft\'s own float32 and with PyTorch\'s autocast, and say nothing of what is not there', () => {
    const [fast, exact] = [[1800, 2100, 300], [1000, 1200, 400]].map((speeds) => speeds.map((speed) => measured(speed)))
    const torch = [1500, 1400].map((imagesPerSecond) => ({ imagesPerSecond, version: '2.13.0' }))
    const figures = bfloat16Figures(bfloat16Rows[0], fast!, exact!, torch)
    // 1,800 against 1,000, and against (1,500 + 1,400) / 2.
    expect(figures).toMatchObject([{ value: 1.8, reached: true }, { value: 1800 / 1450, aim: { at: 'least', value: 1.3 }, reached: false }])
    expect(figures[1]!.title.en).toContain('1,800 images/s against 1,450 of PyTorch 2.13.0, autocast')
    expect(bfloat16Figures(bfloat16Rows[0], fast!, exact!, [])).toHaveLength(1)
    expect(bfloat16Figures(bfloat16Rows[1], [], exact!, torch)).toEqual([])
  })

  it('compare a probe\'s first epoch with the median of the later ones', () => {
    expect(probeFigure(measured(1, [10, 1, 0.5, 0.25]))).toMatchObject({ value: 20, reached: true })
    expect(probeFigure(measured(1, [10, 1]))).toMatchObject({ value: 10, reached: false })
    expect(probeFigure(measured(1, [10]))).toBeUndefined()
  })

  it('hold the import of many photographs against its own aims', () => {
    const [speed, memory, look, training] = photoFigures({
      imported: { seconds: 100, images: 200_000, imagesPerSecond: 2000, residentBytes: 300e6 },
      inspected: { seconds: 100, images: 200_000, imagesPerSecond: 1800, residentBytes: 601e6 },
      trained: { seconds: 10, imagesPerSecond: 400, residentBytes: 1.4e9 }
    })
    expect(speed).toMatchObject({ value: 2000, reached: true, title: { en: 'import of 200,000 JPEGs, 64×64' } })
    expect(memory).toMatchObject({ value: 300e6, reached: true })
    expect(look).toMatchObject({ value: 601e6, reached: false })
    expect(training).toMatchObject({ value: 1.4e9, reached: true })
  })

  it('count a served model for nothing where a request was lost', () => {
    const served = { seconds: 10, images: 1200, imagesPerSecond: 119.6, residentBytes: 3e8, lost: 0, milliseconds: 21 }
    expect(serviceFigure(served)).toMatchObject({ value: 119.6, reached: true, title: { en: 'seed CNN served: 1,200 requests answered, 0 lost, 95 % within 21 ms' } })
    expect(serviceFigure({ ...served, lost: 1 })).toMatchObject({ value: 0, reached: false })
  })

  it('say in a table what was reached and what was not', () => {
    const text = figuresText(importFigures(measured(19_000)), 'en')
    expect(text).toMatch(/import of CIFAR-10's layout +19,000 \/s +≥ 20,000 \/s +not reached/)
    expect(text).toMatch(/memory of the import +250 MB +≤ 300 MB +reached/)
  })
})
