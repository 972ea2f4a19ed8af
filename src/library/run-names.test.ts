import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Spec } from '../contract/runs'
import { architecture, method, model, spec } from '../rules/specs/testing'
import { DatasetWriter } from './datasets/writer'
import { writeJsonDurably } from './disk/files'
import { namesOf } from './run-names'
import { useWorkplace } from './testing'

const catalogue = { architectures: [architecture], methods: [method('scratch'), method('source-only', { title: { en: 'Source only', zh: '仅源' } })] }

describe('the names that a run keeps', () => {
  const place = useWorkplace()
  async function write(id: string, name: string): Promise<void> {
    const writer = await DatasetWriter.create(place.library.datasets.folder, id, [1, 1, 1])
    await writer.append({ split: 'train', images: new Uint8Array(4), labels: Int32Array.of(0, 1, 0, 1) })
    await writer.finish({ name, classes: ['0', '1'], validation: 0, test: 0, seed: 1, provenance: { format: 'idx', origin: id } })
  }
  const sourceOnly: Spec = spec({
    source: { model: 'arch:seed-cnn', dataset: 'mnist' }, target: { dataset: 'usps', labels: 'none' }, method: { id: 'source-only', params: {} }
  })

  it('are those of its source data too, and of its source by what that learned from', async () => {
    const { library } = place
    await write('mnist', 'MNIST')
    await write('usps', 'USPS')
    const names = await namesOf(sourceOnly, library, catalogue)
    expect(names).toEqual({ source: 'Seed CNN', target: 'USPS', method: 'Source only', sourceData: 'MNIST' })
    const run = await library.runs.create(sourceOnly, { names })
    const tuned = spec({ source: { model: `run:${run.id}` }, target: { dataset: 'usps', labels: 'all' } })
    const { ref, ...summary } = model
    const folder = library.models.folder(`run:${run.id}`)
    await fs.mkdir(folder, { recursive: true })
    await writeJsonDurably(join(folder, 'graft.json'), { ...summary, ref, definition: { blocks: [] } })
    expect((await namesOf(tuned, library, catalogue)).source).toBe('Seed CNN · MNIST')
    // A run of the version before kept no name of its source data: today's stands for it.
    await library.runs.update(run.id, ({ names: { sourceData: _, ...old }, ...rest }) => ({ ...rest, names: old }))
    expect((await namesOf(tuned, library, catalogue)).source).toBe('Seed CNN · MNIST')
  })
})
