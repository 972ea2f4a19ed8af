import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { randomStream } from '../random'
import type { PixelMeasures } from './pixels'
import { findShortcuts } from './shortcuts'

beforeAll(() => tf.setBackend('cpu'))

/** 90 pictures of three classes; of the numbers, only those that `change` sets say anything of the class. */
function pictures(change: (label: number, noise: number) => Partial<PixelMeasures>): { measures: PixelMeasures[], labels: Int32Array } {
  const stream = randomStream(3, 'shortcuts')
  const labels = Int32Array.from({ length: 90 }, (_, image) => image % 3)
  const measures = Array.from(labels, (label): PixelMeasures => ({
    low: 0, high: 255, contrast: 50, sharpness: 0.5 + stream.uniform(), border: stream.uniform() / 5,
    colours: [0.4 + stream.uniform() / 5, 0.2], ...change(label, stream.uniform())
  }))
  return { measures, labels }
}
const find = ({ measures, labels }: ReturnType<typeof pictures>) =>
  findShortcuts(measures, labels, 3, { seed: 1, signal: new AbortController().signal })

it('names the class that a colour, a border or a lack of detail tells, and nothing where there is none', async () => {
  expect(await find(pictures(() => ({})))).toEqual([])
  const red = await find(pictures((label, noise) => ({ colours: [(label === 1 ? 0.8 : 0.4) + noise / 5, 0.2] })))
  expect(red).toMatchObject([{ sign: 'colour', label: 1 }])
  expect(red[0]!.accuracy).toBeGreaterThan(0.95)
  expect(red[0]!.images.every((image) => image % 3 === 1)).toBe(true)
  const padded = await find(pictures((label, noise) => ({ border: (label === 0 ? 0.5 : 0) + noise / 5 })))
  expect(padded).toMatchObject([{ sign: 'border', label: 0 }])
  const enlarged = await find(pictures((label, noise) => ({ sharpness: (label === 2 ? 0.01 : 1) * (0.5 + noise) })))
  expect(enlarged).toMatchObject([{ sign: 'sharpness', label: 2 }])
})
