import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLimits } from '../safetensors/limits'
import { writeSafetensors } from '../safetensors/safetensors'
import { safetensors } from './safetensors-format'

let folder: string
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'graft-parts-'))
  const tensor = (value: number) => ({ dtype: 'F32' as const, shape: [1], data: Float32Array.of(value) })
  await writeSafetensors(join(folder, 'model-00001-of-00002.safetensors'), new Map([['b.weight', tensor(2)]]), {})
  await writeSafetensors(join(folder, 'model-00002-of-00002.safetensors'), new Map([['a.weight', tensor(1)]]), {})
  await fs.writeFile(join(folder, 'model.safetensors.index.json'), JSON.stringify({
    metadata: { total_size: 8 }, weight_map: { 'a.weight': 'model-00002-of-00002.safetensors', 'b.weight': 'model-00001-of-00002.safetensors' }
  }))
})
afterEach(() => fs.rm(folder, { recursive: true, force: true }))
const read = (name: string) => safetensors.read!(join(folder, name), readLimits)

describe('safetensors in several files', () => {
  it.each(['model.safetensors.index.json', 'model-00002-of-00002.safetensors', '.'])('are read together by %s', async (name) => {
    const { tensors, remarks } = await read(name)
    expect([...tensors].map(([key, { data }]) => [key, ...data])).toEqual([['a.weight', 1], ['b.weight', 2]])
    expect(remarks![0]!.text.en).toContain('2 files')
  })

  it('name the part that is missing', async () => {
    await fs.rm(join(folder, 'model-00001-of-00002.safetensors'))
    for (const name of ['model.safetensors.index.json', 'model-00002-of-00002.safetensors']) {
      await expect(read(name)).rejects.toMatchObject({ code: 'safetensors-parts', message: expect.stringContaining('model-00001-of-00002.safetensors is not beside it') })
    }
  })

  it.each(['{"weight_map":{"a":"../secret"}}', '{"weight_map":{}}', '{}', 'no JSON'])('have an index that is one: %s', async (content) => {
    await fs.writeFile(join(folder, 'model.safetensors.index.json'), content)
    await expect(read('model.safetensors.index.json')).rejects.toMatchObject({ code: 'safetensors-parts' })
  })
})
