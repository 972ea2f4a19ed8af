import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Run } from '../../src/contract/runs'
import { loadService } from '../../src/bench/serving'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
let run: Run
const pictures: string[] = []

beforeAll(async () => {
  bench = await openWorkbench()
  run = await bench.run(bench.spec({ method: 'scratch', training: { epochs: 3 } }))
  const reader = await bench.library.datasets.open('bars')
  for (let image = 0; image < 12; image++) {
    pictures.push(join(bench.library.dataDir, `${image}.png`))
    await sharp(await reader.readImages('test', [image]), { raw: { width: 16, height: 16, channels: 3 } }).png().toFile(pictures[image]!)
  }
  await reader.close()
})
afterAll(() => bench.remove())

it('a served model answers many at once, each its own picture as it does alone, and leaves nothing behind', async () => {
  const { predictions } = await bench.engine.predict(`run:${run.id}`, pictures, { device: 'cpu' })
  const before = tf.memory().numTensors
  const controller = new AbortController()
  let ready: (address: string) => void = () => undefined
  const address = new Promise<string>((resolve) => { ready = resolve })
  const served = bench.engine.serve({ ref: `run:${run.id}`, port: 0, language: 'en' }, 'cpu', { signal: controller.signal, onReady: ready })
  const bodies = await Promise.all(pictures.map((path) => readFile(path)))
  const { answers, lost } = await loadService(await address, { bodies, perSecond: 400, requests: 200 })
  expect(lost).toBe(0)
  answers.forEach((answer, index) => {
    const own = predictions[index % pictures.length]!
    if ('error' in own) throw new Error(own.image)
    expect(answer!.classes.map((each) => each.class)).toEqual(own.classes.map((each) => each.class))
    expect(answer!.classes[0]!.probability).toBeCloseTo(own.classes[0]!.probability, 5)
    expect(answer!.noneOfThese).toBe(own.noneOfThese)
  })
  controller.abort()
  expect(await served).toBe(200)
  expect(tf.memory().numTensors).toBe(before)
})

it('a port that is taken is said to be', async () => {
  const controller = new AbortController()
  const { signal } = controller
  let first: Promise<number> | undefined
  const address = await new Promise<string>((resolve) => {
    first = bench.engine.serve({ ref: `run:${run.id}`, port: 0, language: 'en' }, 'cpu', { signal, onReady: resolve })
  })
  const again = { ref: `run:${run.id}` as const, port: Number(new URL(address).port), language: 'en' as const }
  await expect(bench.engine.serve(again, 'cpu', { signal, onReady: () => undefined })).rejects.toMatchObject({ code: 'port-in-use' })
  controller.abort()
  expect(await first).toBe(0)
})
