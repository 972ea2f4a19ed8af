import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
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

it('where the data folder is away, writing waits for it and makes no new one in its place; what read then begins again', async () => {
  const own = join(folder, 'data', 'run')
  await mkdir(own, { recursive: true })
  const told: string[] = []
  const waiting = new DiskRoom({
    dataDir: join(folder, 'data'), checkpoints: own, waitFor: own, signal: new AbortController().signal, lookEveryMilliseconds: 2,
    onPause: async ({ message }) => { told.push(message.en) }, onGoOn: async () => { told.push('goes on') }
  })
  const write = async (): Promise<string> => {
    await mkdir(own, { recursive: true })
    await writeFile(join(own, 'line'), 'x')
    return 'written'
  }
  expect(await waiting.folderIsBack()).toBe(false)
  await rename(join(folder, 'data'), join(folder, 'elsewhere'))
  const both = Promise.all([waiting.when(write), waiting.when(write), waiting.folderIsBack()])
  await expect.poll(() => told).toHaveLength(1)
  expect(told[0]).toMatch(/is not there: .* The run waits for it/)
  expect(existsSync(join(folder, 'data'))).toBe(false)
  await rename(join(folder, 'elsewhere'), join(folder, 'data'))
  expect(await both).toEqual(['written', 'written', true])
  expect(told.slice(1)).toEqual(['goes on'])
})

it('what fails while the folder goes away is done again, and a cancel ends the wait', async () => {
  const own = join(folder, 'run')
  await mkdir(own)
  const cancel = new AbortController()
  let gone = false
  const waiting = new DiskRoom({
    dataDir: folder, checkpoints: own, waitFor: own, signal: cancel.signal, lookEveryMilliseconds: 2,
    onPause: async () => { gone = true }, onGoOn: () => Promise.resolve()
  })
  let attempts = 0
  const done = waiting.when(async () => {
    if (attempts++ === 0) {
      await rename(own, `${own}-gone`)
      throw new Error('ENOENT')
    }
    return 'done'
  })
  await expect.poll(() => gone).toBe(true)
  await rename(`${own}-gone`, own)
  expect([await done, attempts]).toEqual(['done', 2])
  await rename(own, `${own}-gone`)
  const stopped = waiting.when(() => Promise.resolve('never'))
  cancel.abort()
  await expect(stopped).rejects.toThrow('abort')
})
