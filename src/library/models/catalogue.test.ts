import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ModelSummary } from '../../contract/models'
import { useWorkplace } from '../testing'

const place = useWorkplace()
const summary: ModelSummary = {
  ref: 'model:lenet', name: 'LeNet', architecture: 'seed-cnn', input: [32, 32, 3],
  normalisation: { mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] },
  classes: ['a', 'b'], blocks: [{ name: 'block1', title: 'Block 1', parameters: 9 }], parameters: 9,
  createdAt: '2026-01-01T00:00:00.000Z', origin: { file: 'lenet.h5', format: 'keras' }
}

async function put(folder: string, content: object | string): Promise<void> {
  const path = join(place.library.dataDir, folder)
  await fs.mkdir(path, { recursive: true })
  await fs.writeFile(join(path, 'graft.json'), typeof content === 'string' ? content : JSON.stringify(content))
}

describe('the catalogue of models', () => {
  it('holds imported models and what runs learned, newest first, whatever else their files say', async () => {
    await put('models/lenet', { ...summary, network: { layers: [] } })
    await put('runs/01A/model', { ...summary, ref: 'run:copied-from-elsewhere', createdAt: '2026-02-01T00:00:00.000Z', origin: undefined })
    await fs.mkdir(join(place.library.dataDir, 'runs', '01B'))
    const { models, damaged } = await place.library.models.list()
    expect(models.map(({ ref }) => ref)).toEqual(['run:01A', 'model:lenet'])
    expect(models[1]).toEqual(summary)
    expect(damaged).toEqual([])
    expect(await place.library.models.get('run:01A')).toMatchObject({ ref: 'run:01A', name: 'LeNet' })
    expect(place.library.models.folder('model:lenet')).toBe(join(place.library.dataDir, 'models', 'lenet'))
    expect(place.library.models.folder('run:01A')).toBe(join(place.library.dataDir, 'runs', '01A', 'model'))
  })

  it('tells of the network that was saved, and not of what its architecture usually is', async () => {
    const layer = (kind: string, name: string, inputs?: string[]) => ({ kind, name, ...(inputs && { inputs }) })
    const definition = {
      blocks: [
        { name: 'block1', layers: [layer('convolution', 'one'), layer('global-average-pooling', 'side'), layer('relu', 'last', ['one'])] },
        { name: 'bottleneck', layers: [layer('flatten', 'flatten'), layer('dense', 'dense'), layer('batch-normalisation', 'normalisation')] }
      ],
      head: { name: 'head', layers: [layer('dense', 'dense')] }
    }
    const blocks = definition.blocks.map(({ name }) => ({ name, title: name, parameters: 1 }))
    await put('models/lenet', { ...summary, blocks, batchNormalisation: false, definition })
    await put('models/plain', { ...summary, ref: 'model:plain', definition: { ...definition, blocks: definition.blocks.slice(0, 1) } })
    expect(await place.library.models.get('model:lenet')).toMatchObject({
      batchNormalisation: true, blocks: [{ name: 'block1', gives: 'maps' }, { name: 'bottleneck', gives: 'vector' }]
    })
    expect((await place.library.models.list()).models.map(({ batchNormalisation }) => batchNormalisation).sort()).toEqual([false, true])
  })

  it('shows what a run learned under the name that the run has now', async () => {
    await put('runs/01A/model', { ...summary, ref: 'run:01A', name: 'As it was saved' })
    await fs.writeFile(join(place.library.dataDir, 'runs', '01A', 'run.json'), JSON.stringify({ name: 'Renamed since' }))
    expect((await place.library.models.list()).models).toMatchObject([{ ref: 'run:01A', name: 'Renamed since' }])
    expect(await place.library.models.get('run:01A')).toMatchObject({ name: 'Renamed since' })
  })

  it('names a damaged model and opens the rest', async () => {
    await put('models/lenet', summary)
    await put('models/broken', '{')
    const { models, damaged } = await place.library.models.list()
    expect(models.map(({ ref }) => ref)).toEqual(['model:lenet'])
    expect(damaged).toMatchObject([{ error: { code: 'file-damaged' } }])
  })

  it('names the models there are when one is not', async () => {
    await expect(place.library.models.get('model:x')).rejects.toMatchObject({ code: 'model-not-found' })
    await put('models/lenet', summary)
    await expect(place.library.models.get('model:x')).rejects.toMatchObject({ value: { remedy: { en: 'Saved models: model:lenet.' } } })
    await expect(place.library.models.get('run:../../etc')).rejects.toMatchObject({ code: 'id-not-valid' })
    expect(() => place.library.models.folder('arch:seed-cnn')).toThrow('no saved model')
  })

  it('renames an imported model and keeps all else of its record, but no run\'s', async () => {
    await put('models/lenet', { ...summary, schemaVersion: 1, definition: { layers: [1] } })
    expect(await place.library.models.rename('lenet', 'Digits')).toEqual({ ...summary, name: 'Digits' })
    const record: unknown = JSON.parse(await fs.readFile(join(place.library.dataDir, 'models', 'lenet', 'graft.json'), 'utf8'))
    expect(record).toEqual({ ...summary, name: 'Digits', schemaVersion: 1, definition: { layers: [1] } })
    await expect(place.library.models.rename('gone', 'x')).rejects.toMatchObject({ code: 'model-not-found' })
  })

  it('removes an imported model, and brings it back', async () => {
    await put('models/lenet', summary)
    const token = await place.library.models.remove('lenet')
    expect((await place.library.models.list()).models).toEqual([])
    await place.library.models.restore(token)
    expect(await place.library.models.get('model:lenet')).toEqual(summary)
    await expect(place.library.models.remove('other')).rejects.toMatchObject({ code: 'model-not-found' })
  })
})
