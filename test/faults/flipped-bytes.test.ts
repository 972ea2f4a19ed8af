import * as fs from 'node:fs/promises'
import { join, relative } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { readModel } from '../../src/engine/interchange/tfjs/model-folder'
import { randomStream } from '../../src/engine/random'
import { loadCheckpoint, saveCheckpoint } from '../../src/engine/training/checkpoint'
import { defaultSettings, SettingsStore } from '../../src/main/shell/settings'
import { openLibrary, type Library } from '../../src/library'
import { compareRuns } from '../../src/library/comparison'
import { toErrorValue } from '../../src/contract/errors'
import { useWorkplace } from '../../src/library/testing'
import { addDigits, addModel, finishedRun, imageCount } from './shared/data-folder'

const place = useWorkplace()
const cases = 200
const checkpointState = z.object({ epochs: z.number() })

const checkpointOf = (library: Library, id: string): string => join(library.runs.paths(id).checkpoint, 'last.safetensors')

/** Everything that Graft answers from a data folder: each answer, or that it was refused and why. */
async function answersOf(dataDir: string, runs: readonly [string, string]): Promise<Record<string, unknown>> {
  const library = openLibrary(dataDir)
  const answer = async (work: () => Promise<unknown>): Promise<unknown> => {
    try {
      return await work()
    } catch (error) {
      return { refused: toErrorValue(error) }
    }
  }
  const reader = await library.datasets.open('digits').catch((error: unknown) => ({ refused: toErrorValue(error) }))
  const everything = Int32Array.from({ length: imageCount }, (_, index) => index)
  const fromReader = async (work: (open: Exclude<typeof reader, { refused: unknown }>) => Promise<unknown>): Promise<unknown> =>
    'refused' in reader ? reader : answer(() => work(reader))
  const answers = {
    ...Object.fromEntries(await Promise.all(['train', 'test'].flatMap((name) => {
      const split = name as 'train' | 'test'
      return [
        fromReader(async (open) => Buffer.from(await open.readImages(split, everything)).toString('hex')).then((value) => [`${split} images`, value]),
        fromReader(async (open) => [...await open.readLabels(split)]).then((value) => [`${split} labels`, value]),
        fromReader((open) => open.readNames(split)).then((value) => [`${split} names`, value])
      ]
    }))) as Record<string, unknown>,
    classes: await fromReader(async (open) => [open.dataset.classes, open.dataset.statistics, open.dataset.splits]),
    scores: await Promise.all(runs.map((id) => answer(async () => {
      const { metrics, dataHashes, spec, files } = await library.runs.get(id)
      return { metrics, dataHashes, spec, files }
    }))),
    // A damaged line is left out and said; the others stay as they are.
    series: await Promise.all(runs.map((id) => answer(() => library.runs.readMetrics(id)))),
    comparison: await answer(async () => (await compareRuns(library, runs)).differences),
    checkpoint: await answer(async () => {
      const { tensors, position, state } = await loadCheckpoint(checkpointOf(library, runs[0]), checkpointState)
      try {
        return [[...tensors].map(([name, tensor]) => [name, tensor.shape, [...tensor.dataSync()]]), position, state]
      } finally {
        for (const tensor of tensors.values()) tensor.dispose()
      }
    }),
    // A damaged file is set aside, said so, and what is usual holds.
    settings: await new SettingsStore(dataDir, () => undefined).get(),
    model: await answer(async () => {
      const { definition, weights } = await readModel(join(dataDir, 'models', 'brought'))
      return [definition, [...weights].map(([name, { shape, data }]) => [name, shape, [...data]])]
    })
  }
  if (!('refused' in reader)) await reader.close()
  return answers
}

/** Whether an answer is the right one, or none: refused, or a line of a series left out with a warning in its place. */
function isHonest(name: string, answer: unknown, right: unknown): boolean {
  if (typeof answer === 'object' && answer !== null && 'refused' in answer) return true
  if (name === 'settings') return [right, defaultSettings].some((each) => JSON.stringify(answer) === JSON.stringify(each))
  if (name === 'scores') return (answer as unknown[]).every((score, index) => isHonest('', score, (right as unknown[])[index]))
  if (name === 'series') {
    return (answer as unknown[][]).every((lines, run) => {
      if (!Array.isArray(lines)) return isHonest('', lines, undefined)
      const whole = new Set((right as unknown[][])[run]!.map((line) => JSON.stringify(line)))
      return lines.every((line) => whole.has(JSON.stringify(line)) || (line as { kind: string }).kind === 'log')
    })
  }
  return JSON.stringify(answer) === JSON.stringify(right)
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true, recursive: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
}

it(`of ${cases} flipped bits in every kind of file none gives another answer in silence`, async () => {
  const { library } = place
  const { dataDir } = library
  await addDigits(library)
  await addModel(library)
  const first = await finishedRun(library, (image) => image < 3)
  const second = await finishedRun(library, (image) => image % 9 === 0)
  const runs = [first.id, second.id] as const
  await tf.setBackend('cpu')
  const tensor = tf.tensor2d(Array.from({ length: 60 }, (_, index) => Math.cos(index)), [6, 10])
  await fs.mkdir(join(dataDir, 'runs', first.id, 'checkpoint'), { recursive: true })
  await saveCheckpoint(checkpointOf(library, first.id), {
    tensors: new Map([['kept/dense', tensor]]), position: { stage: 0, epoch: 3, stepInEpoch: 0, step: 60, steps: 100, stepsPerEpoch: 20 }, state: { epochs: 3 }
  })
  tensor.dispose()
  await new SettingsStore(dataDir, () => undefined).set({ theme: 'dark', language: 'zh' })
  const right = await answersOf(dataDir, runs)
  expect(JSON.stringify(right)).not.toContain('refused')

  const files = await filesBelow(dataDir)
  const random = randomStream('flipped bytes')
  const refused = new Map<string, number>()
  const silent: string[] = []
  for (let number = 0; number < cases; number++) {
    // Every file in turn, so that a small one is met as often as a large one.
    const path = files[number % files.length]!
    const whole = await fs.readFile(path)
    if (whole.length === 0) continue
    const damaged = Buffer.from(whole)
    const at = random.integer(whole.length)
    damaged[at]! ^= 1 << random.integer(8)
    await fs.writeFile(path, damaged)
    const answers = await answersOf(dataDir, runs)
    for (const [name, answer] of Object.entries(answers)) {
      if (!isHonest(name, answer, right[name])) silent.push(`${relative(dataDir, path)} byte ${at}: ${name}`)
    }
    if (JSON.stringify(answers) !== JSON.stringify(right)) {
      const kind = path.slice(path.lastIndexOf('/') + 1)
      refused.set(kind, (refused.get(kind) ?? 0) + 1)
    }
    // What was set aside or made again meanwhile is as it was.
    await fs.writeFile(path, whole)
  }
  expect(silent).toEqual([])
  // A test that flips nothing that is read would pass too.
  for (const kind of ['images.u8', 'labels.i32', 'weights.safetensors', 'test.predictions.i32', 'metrics.jsonl', 'run.json', 'dataset.json', 'graft.json', 'last.safetensors', 'settings.json']) {
    expect([kind, (refused.get(kind) ?? 0) > 0]).toEqual([kind, true])
  }
})
