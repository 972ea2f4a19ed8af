import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../contract/models'
import { openLibrary } from '../index'
import { useWorkplace } from '../testing'
import { findEmbedded, missingEmbedded } from './embedded'

const place = useWorkplace()
const description = {
  schemaVersion: 1, id: 'efficientnet-lite0', name: 'EfficientNet-Lite0', file: 'net.pth', classes: 'classes.json',
  licence: 'Apache-2.0', attribution: 'Somebody.', citation: 'A paper.', source: 'A package 1.0'
}

/** A runtime folder with a model in it, as set-up leaves it. */
async function bring(change: object = {}): Promise<string> {
  const runtime = join(place.folder, 'runtime')
  await fs.mkdir(join(runtime, 'model-1'), { recursive: true })
  await fs.writeFile(join(runtime, 'current.json'), JSON.stringify({ schemaVersion: 1, problems: [], models: [{ id: 'efficientnet-lite0', version: '1', folder: 'model-1' }] }))
  await fs.writeFile(join(runtime, 'model-1', 'embedded.json'), JSON.stringify({ ...description, ...change }))
  await fs.writeFile(join(runtime, 'model-1', 'classes.json'), '["cat", "dog"]')
  return runtime
}

/** What an import leaves of it. */
async function put(embedded: boolean): Promise<void> {
  const folder = join(place.library.dataDir, 'models', 'efficientnet-lite0')
  const summary: ModelSummary = {
    ref: 'model:efficientnet-lite0', name: 'EfficientNet-Lite0', architecture: 'efficientnet-lite0', input: [224, 224, 3],
    normalisation: { mean: [0.5], standardDeviation: [0.5] }, classes: ['cat', 'dog'], blocks: [], parameters: 1,
    createdAt: '2026-01-01T00:00:00.000Z', origin: { file: 'net.pth', format: 'pytorch', ...(embedded && { embedded: true }) }
  }
  await fs.mkdir(folder, { recursive: true })
  await fs.writeFile(join(folder, 'graft.json'), JSON.stringify(summary))
}

describe('a model that comes with Graft', () => {
  it('is found where the first current.json that names one says, with its classes, licence and source', async () => {
    const runtime = await bring()
    expect(await findEmbedded([join(place.folder, 'nowhere'), runtime])).toEqual([{
      id: 'efficientnet-lite0', name: 'EfficientNet-Lite0', licence: 'Apache-2.0', source: 'A package 1.0',
      options: {
        path: join(runtime, 'model-1', 'net.pth'), id: 'efficientnet-lite0', name: 'EfficientNet-Lite0', classes: ['cat', 'dog'],
        credit: { licence: 'Apache-2.0', attribution: 'Somebody. A paper.', source: 'A package 1.0', embedded: true }
      }
    }])
    expect(await findEmbedded([join(place.folder, 'nowhere')])).toEqual([])
  })

  it('names no file outside its folder', async () => {
    await expect(findEmbedded([await bring({ file: '../../secret' })])).rejects.toMatchObject({ code: 'file-damaged' })
  })

  it('is missing until it was imported, and stays away once a person removed it, until it is asked for or restored', async () => {
    const runtime = await bring()
    const missing = async (options?: { again: boolean }) =>
      (await missingEmbedded(openLibrary(place.library.dataDir).models, [runtime], options)).map(({ id }) => id)
    expect(await missing()).toEqual(['efficientnet-lite0'])
    await put(true)
    expect(await missing()).toEqual([])
    const token = await place.library.models.remove('efficientnet-lite0')
    expect(await missing()).toEqual([])
    expect(await missing({ again: true })).toEqual(['efficientnet-lite0'])
    await place.library.models.restore(token)
    await fs.rm(join(place.library.dataDir, 'models', 'efficientnet-lite0'), { recursive: true })
    expect(await missing()).toEqual(['efficientnet-lite0'])
  })

  it('comes back after a person\'s own model of that name is gone', async () => {
    const runtime = await bring()
    await put(false)
    expect(await missingEmbedded(place.library.models, [runtime])).toEqual([])
    await place.library.models.remove('efficientnet-lite0')
    expect(await missingEmbedded(place.library.models, [runtime])).toHaveLength(1)
  })
})
