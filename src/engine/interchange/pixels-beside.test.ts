import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pixelsBeside } from './pixels-beside'

let folder: string
beforeEach(async () => { folder = await fs.mkdtemp(join(tmpdir(), 'graft-pixels-')) })
afterEach(() => fs.rm(folder, { recursive: true, force: true }))
async function beside(file: string, content: unknown, channels = 3) {
  await fs.writeFile(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content))
  await fs.writeFile(join(folder, 'model.safetensors'), '')
  const found = await pixelsBeside(join(folder, 'model.safetensors'), channels)
  expect(await pixelsBeside(folder, channels)).toEqual(found)
  return found
}
const mean = [0.485, 0.456, 0.406]
const deviation = [0.229, 0.224, 0.225]

describe('how pixels are normalised, in a file beside a model', () => {
  it('is read from Hugging Face\'s processor', async () => {
    const file = 'preprocessor_config.json'
    const said = { image_mean: mean, image_std: deviation }
    expect(await beside(file, { ...said, size: { shortest_edge: 256 } })).toEqual({ file, normalisation: { mean, standardDeviation: deviation } })
    const half = [0.5, 0.5, 0.5]
    expect((await beside(file, { image_mean: 0.5, image_std: half }))?.normalisation).toEqual({ mean: half, standardDeviation: half })
    expect((await beside(file, { ...said, do_normalize: false }))?.normalisation).toEqual({ mean: [0, 0, 0], standardDeviation: [1, 1, 1] })
  })

  it('counts another factor, none, and one that brings pixels to -1 to 1 first', async () => {
    const near = async (content: object, [expectedMean, expectedDeviation]: [number, number]) => {
      const { normalisation } = (await beside('preprocessor_config.json', content))!
      for (const value of normalisation.mean) expect(value).toBeCloseTo(expectedMean, 9)
      for (const value of normalisation.standardDeviation) expect(value).toBeCloseTo(expectedDeviation, 9)
    }
    // (p - 127.5) / 127.5 = (p / 255 - 0.5) / 0.5.
    await near({ do_rescale: false, image_mean: [127.5, 127.5, 127.5], image_std: [127.5, 127.5, 127.5] }, [0.5, 0.5])
    await near({ rescale_factor: 1 / 127.5, rescale_offset: true, do_normalize: false }, [0.5, 0.5])
  })

  it('is read from timm\'s configuration, of as many channels as the network takes', async () => {
    const content = { architecture: 'resnet18', pretrained_cfg: { mean, std: deviation, input_size: [3, 224, 224] } }
    expect(await beside('config.json', content)).toEqual({ file: 'config.json', normalisation: { mean, standardDeviation: deviation } })
    expect(await beside('config.json', content, 1)).toBeUndefined()
  })

  it.each([
    ['preprocessor_config.json', { size: 224 }], ['preprocessor_config.json', { image_mean: mean, image_std: [0, 1, 1] }], ['preprocessor_config.json', 'no JSON'],
    ['preprocessor_config.json', { image_mean: mean, image_std: deviation, do_flip_channel_order: true }], ['config.json', { id2label: { 0: 'cat' } }],
    ['preprocessor_config.json', { image_mean: 'a', image_std: deviation }]
  ])('is not known where the file says something else: %s %j', async (file, content) => { expect(await beside(file, content)).toBeUndefined() })
})
