import { describe, expect, it } from 'vitest'
import { measureAgainstTorch, torchFigure, torchRows } from './against-torch'
import type { Measured, Part } from './parts'
import type { TorchWanted } from './torch'

const own = (imagesPerSecond: number): Measured => ({ seconds: 1, imagesPerSecond, residentBytes: 1 })
const theirs = (imagesPerSecond: number) => ({ imagesPerSecond, version: '2.13.0' })

describe('steps against PyTorch', () => {
  it('are held against the better of its two layouts, by the medians of the turns', () => {
    const figure = torchFigure(torchRows[0], [1400, 1350, 100].map(own), {
      'contiguous': [1200, 900, 900].map(theirs), 'channels-last': [1000, 1100, 900].map(theirs)
    })
    // 1,350 against 1,000: the medians of channels-last are 1,000, of the other 900.
    expect(figure).toMatchObject({ id: 'torch-seed-cnn-64', value: 1.35, unit: 'times', aim: { at: 'least', value: 1.35 }, reached: true })
    expect(figure.title.en).toBe('seed CNN, batch 64: 1,350 images/s against 1,000 of PyTorch 2.13.0, channels-last')
  })

  const measuring = (torch: (wanted: TorchWanted) => Promise<ReturnType<typeof theirs> | undefined>) => {
    const [parts, told]: [Part[], string[]] = [[], []]
    const options = {
      folder: '/nowhere', device: 'cpu' as const, measureTorch: torch,
      measure: (part: Part) => { parts.push(part); return Promise.resolve(own(100)) }, tell: ({ en }: { en: string }) => { told.push(en) }
    }
    return { options, parts, told }
  }

  it('say so once where PyTorch is not there, and train nothing', async () => {
    const { options, parts, told } = measuring(() => Promise.resolve(undefined))
    expect(await measureAgainstTorch(options)).toEqual([])
    expect(parts).toEqual([])
    expect(told.filter((line) => line.startsWith('PyTorch is not measured'))).toHaveLength(1)
  })
})
