import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { DataFolder } from './data-folder'

let place: string
let folder: string
const told: string[] = []
beforeEach(async () => {
  place = await fs.mkdtemp(join(tmpdir(), 'graft-stick-'))
  folder = join(place, 'data')
  await fs.mkdir(folder)
  told.length = 0
})
afterEach(() => fs.rm(place, { recursive: true, force: true }))
const watched = async (): Promise<DataFolder> => {
  const watch = new DataFolder({ folder, onGone: () => told.push('gone'), onBack: () => told.push('back'), everyMilliseconds: 5 })
  await watch.watch()
  return watch
}

it('a data folder that goes and comes back is told once each, within moments', async () => {
  const watch = await watched()
  expect(watch.there).toBe(true)
  await fs.rename(folder, join(place, 'elsewhere'))
  expect(watch.there).toBe(false)
  await expect.poll(() => told).toEqual(['gone'])
  await fs.rename(join(place, 'elsewhere'), folder)
  await expect.poll(() => told).toEqual(['gone', 'back'])
  expect(watch.there).toBe(true)
  watch.stop()
})

it('an empty folder of the same name is not it', async () => {
  const watch = await watched()
  await fs.rename(folder, join(place, 'elsewhere'))
  await fs.mkdir(folder)
  await watch.look()
  expect([watch.there, ...told]).toEqual([false, 'gone'])
  watch.stop()
})
