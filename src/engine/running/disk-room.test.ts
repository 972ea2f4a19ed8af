import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { GraftError } from '../../contract/errors'
import { DiskRoom } from './disk-room'

let folder: string
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'graft-room-')) })
afterEach(() => rm(folder, { recursive: true, force: true }))

const full = (): GraftError => new GraftError('disk-full', { en: 'full', zh: '满' })

function room(disk: { free: number }, signal = new AbortController().signal) {
  const told: string[] = []
  const waiting = new DiskRoom({
    dataDir: folder, checkpoints: folder, signal, lookEveryMilliseconds: 2, free: () => Promise.resolve(disk.free),
    onPause: async ({ message }) => { told.push(message.en) }, onGoOn: async () => { told.push('goes on') }
  })
  return { told, waiting }
}

it('work that meets a full disk waits for the bytes it needs, and is done then', async () => {
  // A checkpoint of 3 MB, and 33.6 MB (32 MiB) besides.
  await writeFile(join(folder, 'last.safetensors'), Buffer.alloc(3_000_000))
  const disk = { free: 1_000_000 }
  const { told, waiting } = room(disk)
  const write = (): Promise<string> => disk.free < 40_000_000 ? Promise.reject(full()) : Promise.resolve('written')
  const both = Promise.all([waiting.when(write), waiting.when(write)])
  await expect.poll(() => told).toHaveLength(1)
  expect(told[0]).toContain('37 MB are needed to go on, 1 MB are free')
  disk.free = 50_000_000
  expect(await both).toEqual(['written', 'written'])
  // Told once, however many writes met it.
  expect(told.slice(1)).toEqual(['goes on'])
})

it('what is cancelled waits no longer, and what fails otherwise fails at once', async () => {
  const cancel = new AbortController()
  const { waiting, told } = room({ free: 0 }, cancel.signal)
  const stopped = waiting.when(() => Promise.reject(full()))
  await expect.poll(() => told).toHaveLength(1)
  cancel.abort()
  await expect(stopped).rejects.toThrow('abort')
  await expect(waiting.when(() => Promise.reject(new Error('other')))).rejects.toThrow('other')
})
