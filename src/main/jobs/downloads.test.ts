import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Job } from '../../contract/jobs'
import type { AppContract } from '../../contract/app'
import type { SendEvent } from '../ipc'
import { openLibrary } from '../../library'
import { Downloads } from './downloads'
import { JobQueue } from './jobs'
import { tellOf } from './telling'
import type { WorkerEnd } from '../../supervision/supervisor'

let dataDir: string
beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'graft-downloads-')) })
const opened: Downloads[] = []
afterEach(async () => {
  for (const downloads of opened.splice(0)) await downloads.saved()
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
})

/** A program whose workers end when the test says so. */
function program() {
  const started: Job[] = []
  const ends: ((end: WorkerEnd) => void)[] = []
  const notices: string[] = []
  const send: SendEvent<AppContract> = (noun, _, payload) => {
    if (noun === 'notices') notices.push((payload as { text: { en: string } }).text.en)
  }
  const jobs = new JobQueue({
    launch: async (job) => {
      started.push(job)
      return {
        run: () => new Promise<WorkerEnd>((resolve) => { ends.push(resolve) }),
        cancel: () => ends.at(-1)?.({ kind: 'cancelled' }), stopAfterEpoch: () => undefined
      }
    },
    onChanged: () => undefined,
    ...tellOf(send)
  })
  const downloads = new Downloads({
    library: openLibrary(dataDir), cacheDir: join(dataDir, 'cache'), jobs, send, onFailure: (_, error) => { throw error }
  })
  opened.push(downloads)
  return { downloads, jobs, started, ends, notices }
}
const settle = async (): Promise<void> => {
  // What the queue does takes no time, only turns of the event loop.
  for (let turn = 0; turn < 3; turn += 1) await new Promise((done) => setImmediate(done))
  for (const downloads of opened) await downloads.saved()
}
const saved = async (): Promise<unknown> => (JSON.parse(await readFile(join(dataDir, 'downloads.json'), 'utf8')) as { downloads: unknown }).downloads

describe('downloads', () => {
  it('run one after another, each only once', async () => {
    const { downloads, jobs, started, ends } = program()
    downloads.start({ known: 'mnist' })
    downloads.start({ known: 'usps', id: 'mine' })
    expect(() => downloads.start({ known: 'mnist' })).toThrow('MNIST is being downloaded already.')
    expect(() => downloads.start({ known: 'image-net' })).toThrow('image-net')
    await settle()
    expect(started).toMatchObject([{ kind: 'download-dataset', input: { known: 'mnist' } }])
    expect(jobs.list()).toMatchObject([{ known: 'mnist', title: 'MNIST', state: 'running' }, { known: 'usps', state: 'queued' }])
    expect(await saved()).toMatchObject([{ known: 'mnist' }, { known: 'usps', id: 'mine' }])
    ends[0]!({ kind: 'cancelled' })
    await expect.poll(() => started).toHaveLength(2)
    await settle()
    expect(await saved()).toMatchObject([{ known: 'usps' }])
  })

  it('go on at the next start when the program was closed meanwhile', async () => {
    const { downloads, jobs } = program()
    downloads.start({ known: 'mnist', validation: 0.2 })
    downloads.start({ known: 'svhn' })
    await settle()
    jobs.hold()
    for (const { id } of jobs.living()) await jobs.cancel(id)
    await settle()
    const next = program()
    await next.downloads.restore()
    await settle()
    expect(next.jobs.living().map(({ known }) => known)).toEqual(['mnist', 'svhn'])
    expect(next.started).toMatchObject([{ kind: 'download-dataset', input: { known: 'mnist', validation: 0.2 } }])
  })

  it('that a person cancelled or that failed do not come back, and a failure is told', async () => {
    const { downloads, jobs, ends, notices } = program()
    const { id } = downloads.start({ known: 'mnist' })
    await settle()
    await jobs.cancel(id)
    await settle()
    downloads.start({ known: 'usps' })
    await settle()
    ends.at(-1)!({ kind: 'failed', error: { code: 'no-network', message: { en: 'The host cannot be reached.', zh: '无法连接。' } } })
    await settle()
    expect(notices).toEqual(['“USPS” was not downloaded. The host cannot be reached.'])
    const next = program()
    await next.downloads.restore()
    expect(next.jobs.list()).toEqual([])
  })

  it('free the disk of what was left, but not of what is under way', async () => {
    const folder = join(dataDir, 'cache', 'downloads', 'mnist')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'train-images-idx3-ubyte.gz.part'), Buffer.alloc(500))
    const { downloads } = program()
    const partial = async (): Promise<number> => (await downloads.list()).find(({ id }) => id === 'mnist')!.partialBytes
    expect(await partial()).toBe(500)
    await downloads.discard('mnist')
    expect(await partial()).toBe(0)
    downloads.start({ known: 'usps' })
    await expect(downloads.discard('usps')).rejects.toMatchObject({ code: 'download-running' })
  })
})
