import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { KnownPace } from '../../contract/advice'
import { paceAmong } from '../../rules/settings/paces'
import { keepPace, knownPaces } from './paces'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-paces-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const pace = (more: Partial<KnownPace> = {}): KnownPace => ({
  network: 'arch:large', input: [224, 224, 3], device: 'auto', at: new Date().toISOString(),
  pace: { looking: 60, training: 20, baseBytes: 1, bytesPerImage: 1, steps: 7 }, ...more
})

it('how fast this machine is stays known for a month, one figure for each network, input and device', async () => {
  expect(await knownPaces(folder)).toEqual([])
  await keepPace(folder, pace({ at: new Date(Date.now() - 31 * 86_400_000).toISOString() }))
  expect(await knownPaces(folder)).toEqual([])
  const now = pace()
  await keepPace(folder, pace({ at: new Date(Date.now() - 1000).toISOString(), pace: { ...now.pace, training: 1 } }))
  await keepPace(folder, now)
  await keepPace(folder, pace({ device: 'cpu' }))
  expect(await knownPaces(folder)).toHaveLength(2)
  expect(paceAmong(await knownPaces(folder), now)).toEqual(now)
  expect(paceAmong([now], { ...now, input: [112, 112, 3] })).toBeUndefined()
  expect(paceAmong([now], { ...now, network: 'arch:small' })).toBeUndefined()
})

it('a figure that cannot be read is none: it is found anew', async () => {
  await keepPace(folder, pace())
  const [file] = await readdir(join(folder, 'advice'))
  await writeFile(join(folder, 'advice', file!), '{')
  expect(await knownPaces(folder)).toEqual([])
  await keepPace(folder, pace())
  expect(await knownPaces(folder)).toHaveLength(1)
})
