import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { trainingSettingsSchema } from '../../contract/training'
import { stageStart } from './loop'
import { createOptimizer } from './optimizers'
import { loadRunCheckpoint, saveRunCheckpoint } from './run-checkpoint'
import { Selection } from './selection'

let folder: string
beforeAll(() => tf.setBackend('cpu'))
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-generations-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A run of one weight whose checkpoints are saved one after the other; the weight is the step. */
async function saveSteps(...steps: number[]): Promise<void> {
  for (const step of steps) {
    const weight = tf.variable(tf.scalar(step))
    const parts = { kept: new Map([['w', weight]]), optimizer: createOptimizer(trainingSettingsSchema.parse({})), selection: new Selection(0) }
    await saveRunCheckpoint(folder, { ...stageStart(0), step }, { steps: 100, stepsPerEpoch: 10 }, step, parts)
    parts.optimizer.dispose()
    weight.dispose()
  }
}

async function stepLoaded(): Promise<{ step: number, weight: number, insteadOf: string | undefined } | undefined> {
  const loaded = await loadRunCheckpoint(folder)
  if (!loaded) return undefined
  const weight = tf.variable(tf.scalar(-1))
  const parts = { kept: new Map([['w', weight]]), optimizer: createOptimizer(trainingSettingsSchema.parse({})), selection: new Selection(0) }
  loaded.restoreInto(parts)
  const found = { step: loaded.state.step, weight: weight.dataSync()[0]!, insteadOf: loaded.insteadOf }
  parts.optimizer.dispose()
  weight.dispose()
  return found
}

async function damage(name: string): Promise<void> {
  const bytes = await readFile(join(folder, name))
  bytes[bytes.length - 1]! ^= 1
  await writeFile(join(folder, name), bytes)
}

describe('two generations of checkpoints', () => {
  it('are kept, and the newer one is gone on from', async () => {
    expect(await stepLoaded()).toBeUndefined()
    await saveSteps(1, 2, 3)
    expect((await readdir(folder)).sort()).toEqual(['before.safetensors', 'last.safetensors'])
    expect(await stepLoaded()).toEqual({ step: 3, weight: 3, insteadOf: undefined })
  })

  it('give the older one where a byte of the newer one changed, and say so', async () => {
    await saveSteps(1, 2)
    await damage('last.safetensors')
    const found = await stepLoaded()
    expect(found).toMatchObject({ step: 1, weight: 1, insteadOf: expect.stringContaining('last.safetensors.damaged-') })
    // What is damaged never takes the place of what is whole.
    await saveSteps(3)
    await damage('last.safetensors')
    expect((await stepLoaded())?.step).toBe(1)
  })

  it('say how to begin anew where both are damaged, every time', async () => {
    await saveSteps(1, 2)
    for (const name of ['last.safetensors', 'before.safetensors']) await damage(name)
    for (let time = 0; time < 2; time++) {
      await expect(loadRunCheckpoint(folder)).rejects.toMatchObject({
        code: 'checkpoint-damaged', value: { remedy: { en: expect.stringContaining('from its beginning') } }
      })
    }
  })

  it('are whole wherever a save was broken off', async () => {
    await saveSteps(1, 2)
    // Killed before the first renaming, and between the two.
    await rename(join(folder, 'before.safetensors'), join(folder, 'last.safetensors.next'))
    expect((await stepLoaded())?.step).toBe(2)
    await rename(join(folder, 'last.safetensors'), join(folder, 'before.safetensors'))
    expect((await stepLoaded())?.step).toBe(1)
    await saveSteps(3)
    expect((await stepLoaded())?.step).toBe(3)
  })
})
