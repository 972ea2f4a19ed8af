import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writeSafetensors } from '../safetensors/safetensors'
import type { Position } from './stage'
import { loadCheckpoint, saveCheckpoint } from './checkpoint'

beforeAll(() => tf.setBackend('cpu'))

const schema = z.object({ patience: z.int(), best: z.number() })
const position: Position = { stage: 1, epoch: 4, stepInEpoch: 17, step: 417, stepsPerEpoch: 100, steps: 1000 }
const state = { patience: 2, best: 0.1 + 0.2 }

let folder: string
let path: string
let before: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-checkpoint-'))
  path = join(folder, 'last.safetensors')
  before = tf.memory().numTensors
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Saves one tensor of these numbers. */
function save(values: number[]): Promise<void> {
  const tensor = tf.tensor1d(values)
  const saved = saveCheckpoint(path, { tensors: new Map([['w', tensor]]), position, state })
  tensor.dispose()
  return saved
}
async function load(): Promise<number[]> {
  const { tensors } = await loadCheckpoint(path, schema)
  const values = Array.from(tensors.get('w')!.dataSync())
  tf.dispose([...tensors.values()])
  return values
}

describe('a checkpoint', () => {
  it('comes back bit for bit', async () => {
    const awkward = [0, -0, 1e-45, 3.4028234663852886e38, -1e-38, 1 / 3, Math.PI]
    const tensors = new Map<string, tf.Tensor>([
      ['block1.convolution.kernel', tf.tensor(Float32Array.from([...awkward, 7]), [2, 2, 2])],
      ['momentum/空格 "quoted"', tf.tensor1d(awkward)],
      ['step/w', tf.scalar(2_147_483_647, 'int32')],
      ['empty', tf.tensor2d([], [0, 3])]
    ])
    await saveCheckpoint(path, { tensors, position, state })
    const loaded = await loadCheckpoint(path, schema)
    expect(loaded.position).toEqual(position)
    expect(loaded.state).toEqual(state)
    expect([...loaded.tensors.keys()].sort()).toEqual([...tensors.keys()].sort())
    for (const [name, tensor] of tensors) {
      const copy = loaded.tensors.get(name)!
      expect(copy.dtype).toBe(tensor.dtype)
      expect(copy.shape).toEqual(tensor.shape)
      expect(Buffer.from(copy.dataSync().buffer)).toEqual(Buffer.from(tensor.dataSync().buffer))
    }
    tf.dispose([...tensors.values(), ...loaded.tensors.values()])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('holds the numbers of the moment it was asked for, though training goes on', async () => {
    const variable = tf.tidy(() => tf.variable(tf.tensor1d([1, 2, 3])))
    const saved = saveCheckpoint(path, { tensors: new Map([['w', variable]]), position, state })
    tf.tidy(() => variable.assign(tf.tensor1d([9, 9, 9])))
    variable.dispose()
    await saved
    expect(await load()).toEqual([1, 2, 3])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('does not hold up training while it is written', () => {
    const big = tf.zeros([4_000_000])
    const saved = saveCheckpoint(path, { tensors: new Map([['w', big]]), position, state })
    big.dispose()
    let settled = false
    void saved.then(() => { settled = true })
    return new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      expect(settled).toBe(false)
      await saved
    })
  })

  it('is the newest of those asked for in a row', async () => {
    await Promise.all([save([1]), save([2]), save([3]), save([4])])
    expect(await load()).toEqual([4])
    await save([5])
    expect(await load()).toEqual([5])
    expect(await readdir(folder)).toEqual(['last.safetensors'])
  })

  it('is there when its promise settles, also when a later one took its place', async () => {
    const saves = [save([1]), save([2]), save([3])]
    await saves[1]
    expect(await load()).toEqual([3])
    await Promise.all(saves)
  })

  it('can be saved again after a failure, which is told', async () => {
    const good = path
    path = join(folder, 'missing', 'last.safetensors')
    const failed = save([1])
    const failedToo = save([2])
    await expect(failed).rejects.toMatchObject({ code: 'not-found' })
    await expect(failedToo).rejects.toMatchObject({ code: 'not-found' })
    path = good
    await save([3])
    expect(await load()).toEqual([3])
  })
})

describe('a damaged checkpoint', () => {
  const expectRefused = async (): Promise<void> => {
    await expect(loadCheckpoint(path, schema)).rejects.toMatchObject({ code: 'checkpoint-damaged' })
    await expect(loadCheckpoint(path, schema)).rejects.toThrow(path)
    expect(tf.memory().numTensors).toBe(before)
  }

  it('is refused wherever it was torn off', async () => {
    await save([1, 2, 3])
    const whole = await readFile(path)
    for (const length of [0, 4, 8, 20, whole.length - 4, whole.length - 1]) {
      await writeFile(path, whole)
      await truncate(path, length)
      await expectRefused()
    }
  })

  it('is refused when a single bit has changed', async () => {
    await save([1, 2, 3])
    const bytes = await readFile(path)
    bytes[bytes.length - 2]! ^= 1
    await writeFile(path, bytes)
    await expectRefused()
  })

  it('is refused when its position was changed', async () => {
    await save([1, 2, 3])
    const text = (await readFile(path)).toString('latin1')
    expect(text).toContain('417')
    await writeFile(path, text.replace('417', '418'), 'latin1')
    await expectRefused()
  })

  it('is refused when it is another file, or its state is another kind', async () => {
    await writeSafetensors(path, new Map([['w', { dtype: 'F32' as const, shape: [1], data: Float32Array.of(1) }]]), {})
    await expectRefused()
    await save([1])
    await expect(loadCheckpoint(path, z.object({ other: z.string() }))).rejects.toMatchObject({ code: 'checkpoint-damaged' })
  })

  it('is told apart from one that is not there', async () => {
    await expect(loadCheckpoint(path, schema)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
