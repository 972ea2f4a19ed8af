import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { useWorkplace } from '../library/testing'
import type { JobEnd, JobRequest } from './jobs'
import { tidyAfterStart, type UpkeepOptions } from './upkeep'

const place = useWorkplace()

/** A start beside a runtime folder that holds the model. */
async function start(): Promise<{ asked: JobRequest[], send: ReturnType<typeof vi.fn> }> {
  const runtime = join(place.folder, 'runtime')
  await fs.mkdir(join(runtime, 'model-1'), { recursive: true })
  await fs.writeFile(join(runtime, 'current.json'), JSON.stringify({ models: [{ id: 'efficientnet-lite0', folder: 'model-1' }] }))
  await fs.writeFile(join(runtime, 'model-1', 'classes.json'), '["cat", "dog"]')
  await fs.writeFile(join(runtime, 'model-1', 'embedded.json'), JSON.stringify({
    schemaVersion: 1, id: 'efficientnet-lite0', name: 'EfficientNet-Lite0', file: 'net.pth', classes: 'classes.json',
    licence: 'Apache-2.0', attribution: '', citation: '', source: ''
  }))
  const asked: JobRequest[] = []
  const [send, error] = [vi.fn(), vi.fn()]
  await fs.mkdir(join(place.folder, 'no-samples'), { recursive: true })
  await tidyAfterStart({
    library: place.library, samples: join(place.folder, 'no-samples'), runtimeFolders: [runtime], send,
    jobs: { add: (request) => {
      asked.push(request)
      return {} as ReturnType<UpkeepOptions['jobs']['add']>
    } },
    // A job that is put in writes the queue anew: what waited before must have been read by then.
    training: { restore: () => asked.length === 0 ? Promise.resolve([]) : Promise.reject(new Error('too late')) } as unknown as UpkeepOptions['training'],
    downloads: { restore: () => Promise.resolve() },
    log: { info: vi.fn(), warn: vi.fn(), error, debug: vi.fn() } as unknown as UpkeepOptions['log']
  })
  expect(error).not.toHaveBeenCalled()
  return { asked, send }
}

it('a first start imports the model that comes with Graft, by itself and in a worker, and tells how that ended', async () => {
  const { asked: [request, ...others], send } = await start()
  expect(others).toEqual([])
  expect(request).toMatchObject({
    unasked: true, title: 'EfficientNet-Lite0',
    job: { kind: 'import-model', options: { id: 'efficientnet-lite0', classes: ['cat', 'dog'], credit: { licence: 'Apache-2.0', embedded: true } } }
  })
  await request!.onEnd!({ kind: 'done' } as JobEnd)
  expect(send).toHaveBeenCalledWith('models', 'changed', { ref: 'model:efficientnet-lite0' })
  await request!.onEnd!({ kind: 'failed', error: { code: 'x', message: { en: 'It is damaged.', zh: '已损坏。' } } })
  expect(send).toHaveBeenLastCalledWith('notices', 'raised', expect.objectContaining({
    level: 'warning', text: expect.objectContaining({ en: expect.stringContaining('EfficientNet-Lite0, could not be imported. It is damaged.') as string }) as object
  }))
})

it('a start after a person removed it leaves it away', async () => {
  await place.library.models.removedEmbedded.add('efficientnet-lite0')
  expect((await start()).asked).toEqual([])
})
