import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { jobOf } from '../../contract/jobs'
import type { ModelImportOptions } from '../../contract/models'
import { useWorkplace } from '../../library/testing'
import { tidyAfterStart, type UpkeepOptions } from './upkeep'

const place = useWorkplace()

/** A start beside a runtime folder that holds the model. */
async function start(): Promise<{ asked: { input: ModelImportOptions }[], send: ReturnType<typeof vi.fn> }> {
  const runtime = join(place.folder, 'runtime')
  await fs.mkdir(join(runtime, 'model-1'), { recursive: true })
  await fs.writeFile(join(runtime, 'current.json'), JSON.stringify({ models: [{ id: 'efficientnet-lite0', folder: 'model-1' }] }))
  await fs.writeFile(join(runtime, 'model-1', 'classes.json'), '["cat", "dog"]')
  await fs.writeFile(join(runtime, 'model-1', 'embedded.json'), JSON.stringify({
    schemaVersion: 1, id: 'efficientnet-lite0', name: 'EfficientNet-Lite0', file: 'net.pth', classes: 'classes.json',
    licence: 'Apache-2.0', attribution: '', citation: '', source: ''
  }))
  const asked: { input: ModelImportOptions }[] = []
  const [send, error] = [vi.fn(), vi.fn()]
  await fs.mkdir(join(place.folder, 'no-samples'), { recursive: true })
  await tidyAfterStart({
    library: place.library, samples: join(place.folder, 'no-samples'), runtimeFolders: [runtime], send,
    jobs: { add: (request: { input: ModelImportOptions }) => {
      asked.push(request)
      return {}
    } } as unknown as UpkeepOptions['jobs'],
    // A job that is put in writes the queue anew: what waited before must have been read by then.
    training: { restore: () => asked.length === 0 ? Promise.resolve([]) : Promise.reject(new Error('too late')) } as unknown as UpkeepOptions['training'],
    elsewhere: { restore: () => Promise.resolve() },
    downloads: { restore: () => Promise.resolve() },
    log: { info: vi.fn(), warn: vi.fn(), error, debug: vi.fn() } as unknown as UpkeepOptions['log']
  })
  expect(error).not.toHaveBeenCalled()
  return { asked, send }
}

it('a first start imports the model that comes with Graft, by itself and in a worker', async () => {
  const { asked, send } = await start()
  expect(asked).toMatchObject([{
    kind: 'import-model', title: 'EfficientNet-Lite0',
    input: { id: 'efficientnet-lite0', classes: ['cat', 'dog'], credit: { licence: 'Apache-2.0', embedded: true } }
  }])
  expect(jobOf('import-model').about!(asked[0]!.input)).toEqual({ unasked: true })
  expect(send).not.toHaveBeenCalledWith('notices', 'raised', expect.anything())
})

it('a start after a person removed it leaves it away', async () => {
  await place.library.models.removedEmbedded.add('efficientnet-lite0')
  expect((await start()).asked).toEqual([])
})
