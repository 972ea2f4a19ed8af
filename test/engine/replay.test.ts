import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { labelNotGranted, type Frame } from '../../src/contract/replay'
import type { Run, Spec } from '../../src/contract/runs'
import { replayOf } from '../../src/library/comparison'
import { openWorkbench, type Workbench } from '../fixtures/two-domains'

let bench: Workbench
let source: Run
let adapted: Run
const adaptation = (): Spec => bench.spec({
  method: 'dann', source: { model: `run:${source.id}`, dataset: 'bars-inverted' }, target: { labels: 'none' }, training: { epochs: 3 }
})

beforeAll(async () => {
  bench = await openWorkbench()
  source = await bench.run(bench.spec({ method: 'scratch', target: { dataset: 'bars-inverted' }, training: { epochs: 4, learningRate: 0.02 } }))
  adapted = await bench.run(adaptation())
  expect([source.state, adapted.state]).toEqual(['done', 'done'])
})
afterAll(() => bench.remove())

const moments = (frames: readonly Frame[]): [number, number][] => frames.map(({ stage, epoch }) => [stage, epoch])
const folderOf = (run: Run): string => bench.library.runs.paths(run.id).replay

/** Runs a spec, cancelling it after so many steps; `between` happens before it is resumed. */
async function inTwoParts(spec: Spec, stopAfter: number, between: (run: Run) => Promise<void> = () => Promise.resolve()): Promise<Run> {
  const controller = new AbortController()
  let done = 0
  const first = await bench.run(spec, {
    signal: controller.signal,
    onProgress: ({ phase, step }) => {
      done = Math.max(done, step)
      if (phase === 'training' && step >= stopAfter) controller.abort()
    }
  })
  expect(first.state).toBe('cancelled')
  await between(first)
  return bench.engine.train(first.id)
}

describe('what is watched of an adaptation', () => {
  it('shows both domains before the first step and after each epoch, in one plane', async () => {
    const { scene, frames } = (await replayOf(bench.library, adapted.id))!
    const cloud = scene.cloud!
    expect(moments(frames)).toEqual([[0, 0], [0, 1], [0, 2], [0, 3]])
    expect(cloud.domains).toHaveLength(2)
    const [one, two] = cloud.explained
    expect(one).toBeGreaterThanOrEqual(two)
    expect(one + two).toBeLessThanOrEqual(1 + 1e-6)
    for (const frame of frames) {
      expect(Buffer.from(frame.cloud!.points, 'base64')).toHaveLength(cloud.domain.length * 4)
      expect(frame.cloud!.predicted).toHaveLength(cloud.domain.length)
      expect(frame.cloud!.aDistance).toBeGreaterThanOrEqual(0)
      expect(frame.cloud!.aDistance).toBeLessThanOrEqual(2)
      expect(frame.answers).toHaveLength(scene.pictures.positions.length)
    }
    expect(new Set(frames.map((frame) => frame.cloud!.points)).size).toBe(4)
  })

  it('holds no label that was not granted, and no test image', async () => {
    const { scene } = (await replayOf(bench.library, adapted.id))!
    const cloud = scene.cloud!
    const targets = cloud.domain.flatMap((domain, point) => domain === cloud.target ? [cloud.labels[point]] : [])
    const sources = cloud.domain.flatMap((domain, point) => domain === cloud.target ? [] : [cloud.labels[point]])
    expect(new Set(targets)).toEqual(new Set([labelNotGranted]))
    expect(sources).not.toContain(labelNotGranted)
    expect(new Set(scene.pictures.labels)).toEqual(new Set([labelNotGranted]))
    expect(scene.pictures.split).not.toBe('test')
  })

  it('goes on after an interruption as if there had been none', async () => {
    const { frames } = (await replayOf(bench.library, adapted.id))!
    const steps = frames[1]!.step
    const resumed = await inTwoParts(adaptation(), steps + 1)
    expect(resumed.state).toBe('done')
    expect(await replayOf(bench.library, resumed.id)).toEqual(await replayOf(bench.library, adapted.id))
  })

  it('is left out where a run of before it goes on: the plane of its start is not known', async () => {
    const resumed = await inTwoParts(adaptation(), 2, (run) => rm(folderOf(run), { recursive: true }))
    expect(resumed.state).toBe('done')
    expect(resumed.metrics.test).toEqual(adapted.metrics.test)
    expect(await replayOf(bench.library, resumed.id)).toBeNull()
  })

  it('tells when a file of it is not what was written', async () => {
    const path = join(folderOf(adapted), 'frames.jsonl')
    const whole = await readFile(path, 'utf8')
    await writeFile(path, whole.replace('"epoch":2', '"epoch":1'))
    await expect(replayOf(bench.library, adapted.id)).rejects.toMatchObject({ code: 'file-damaged' })
    await writeFile(path, whole)
    expect((await replayOf(bench.library, adapted.id))!.frames).toHaveLength(4)
  })
})

describe('what is watched of other trainings', () => {
  it('follows pictures with the labels that were granted, without a cloud where there is one domain', async () => {
    const { scene, frames } = (await replayOf(bench.library, source.id))!
    expect(scene.cloud).toBeUndefined()
    expect(moments(frames).at(-1)).toEqual([0, 4])
    const reader = await bench.library.datasets.open('bars-inverted')
    const labels = await reader.readLabels(scene.pictures.split, scene.pictures.positions)
    await reader.close()
    expect(scene.pictures.labels).toEqual([...labels])
  })

  it('names every domain that a generalisation learns from, and shows pictures of the one that was left out', async () => {
    const run = await bench.run(bench.spec({
      method: 'erm', source: { model: 'arch:seed-cnn', dataset: 'bars-domains' }, target: { dataset: 'bars-domains', domain: 'dim', labels: 'none' }, training: { epochs: 1 }
    }))
    const { scene } = (await replayOf(bench.library, run.id))!
    expect(scene.cloud!.domains).toEqual(['upright', 'inverted', 'dim'])
    expect(scene.cloud!.target).toBe(2)
    const reader = await bench.library.datasets.open('bars-domains')
    const domains = await reader.readDomains(scene.pictures.split, scene.pictures.positions)
    await reader.close()
    expect([...domains].map((domain) => reader.dataset.domains![domain])).toEqual(scene.pictures.positions.map(() => 'dim'))
  })

  it('has nothing of a classical method', async () => {
    const run = await bench.run(bench.spec({ method: 'k-nearest', source: { model: `run:${source.id}` } }))
    expect(run.error).toBeUndefined()
    expect(await replayOf(bench.library, run.id)).toBeNull()
  })
})
