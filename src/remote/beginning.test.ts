import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { deliverySchema } from '../contract/parcels'
import type { Run } from '../contract/runs'
import { sendProgress, takeProgress } from './beginning'
import { readValue } from './objects'
import { keysOf } from './parcel'
import { openStore } from './stores'
import { awayRuns, remotePlace } from './testing'

let folder = ''
let place: Awaited<ReturnType<typeof remotePlace>>
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-beginning-'))
  place = await remotePlace(folder)
})
afterEach(async () => {
  await place.ray.stop()
  await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

interface At { rescues: number, stage?: number, step: number }

/** The run as it was trained here up to there. */
async function trainedTo(id: string, { rescues, stage, step }: At): Promise<Run> {
  const { checkpoint } = place.home.runs.paths(id)
  await fs.mkdir(checkpoint, { recursive: true })
  await fs.writeFile(join(checkpoint, 'last.safetensors'), JSON.stringify({ rescues, stage, step }))
  return place.home.runs.update(id, (run) => ({
    ...run, checkpoint: { ...(stage !== undefined && { stage }), epoch: 1, step, savedAt: new Date().toISOString() },
    rescues: Array.from({ length: rescues }, () => ({ stage: 0, epoch: 1, step: 3, learningRate: 0.1, from: 1 }))
  }))
}

async function there(id: string): Promise<At | undefined> {
  const file = (await readValue(openStore(place.shared), keysOf(id).checkpoint, deliverySchema))?.files.find(({ path }) => path.endsWith('last.safetensors'))
  if (!file) return undefined
  return JSON.parse(Buffer.from((await openStore(place.shared).read(`${keysOf(id).objects}/${file.sha256.slice(0, 2)}/${file.sha256}`))!).toString()) as At
}
const here = async (id: string): Promise<unknown> => JSON.parse(await fs.readFile(join(place.home.runs.paths(id).checkpoint, 'last.safetensors'), 'utf8'))

it.each<[string, At, At]>([
  ['a rescue with fewer steps', { rescues: 1, stage: 0, step: 5 }, { rescues: 0, stage: 0, step: 50 }],
  ['a rescue in an earlier stage', { rescues: 1, stage: 0, step: 5 }, { rescues: 0, stage: 1, step: 50 }],
  ['a later stage with fewer steps', { rescues: 1, stage: 1, step: 5 }, { rescues: 1, stage: 0, step: 50 }],
  ['a later step', { rescues: 0, stage: 1, step: 50 }, { rescues: 0, stage: 1, step: 5 }],
  ['a later step, in records that name no stage', { rescues: 0, step: 50 }, { rescues: 0, step: 5 }]
])('%s is further, going there and coming home', async (_, further, behind) => {
  const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
  const store = openStore(place.shared)
  for (const [at, expected] of [[behind, behind], [further, further], [behind, further]] as const) {
    await sendProgress(place.home, store, await trainedTo(id!, at), 1)
    expect(await there(id!)).toEqual(expected)
  }
  await takeProgress(place.home, store, await place.home.runs.get(id!))
  expect(await here(id!)).toEqual(further)
  expect(await place.home.runs.get(id!)).toMatchObject({ checkpoint: { step: further.step }, rescues: { length: further.rescues } })

  const [other] = await awayRuns(place.home, place.ray.address, place.shared, 1)
  await sendProgress(place.home, store, await trainedTo(other!, behind), 1)
  await takeProgress(place.home, store, await trainedTo(other!, further))
  expect(await here(other!)).toEqual(further)
})

it('a rescue from the beginning leaves no earlier checkpoint there', async () => {
  const [id] = await awayRuns(place.home, place.ray.address, place.shared, 1)
  const store = openStore(place.shared)
  await sendProgress(place.home, store, await trainedTo(id!, { rescues: 0, stage: 0, step: 50 }), 1)
  const { checkpoint: _, ...rescued } = await trainedTo(id!, { rescues: 1, stage: 0, step: 0 })
  await place.home.runs.update(id!, () => rescued)
  await sendProgress(place.home, store, rescued, 2)
  expect(await there(id!)).toBeUndefined()
})
