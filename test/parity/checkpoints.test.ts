import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decodePytorch } from '../../src/engine/interchange/pytorch/format'
import { readLimits } from '../../src/engine/safetensors/limits'

/** Made by scripts/parity/checkpoints.py with the commands that stand in it. */
const { files, programs } = z.object({
  torch: z.literal('2.13.0'), lightning: z.literal('2.6.6'),
  files: z.array(z.object({
    name: z.string(), file: z.base64(), tensors: z.record(z.string(), z.array(z.number())), classes: z.array(z.string()).nullable()
  })).length(7),
  programs: z.record(z.string(), z.base64())
}).parse(JSON.parse(readFileSync(join(__dirname, 'checkpoints.json'), 'utf8')))

describe('a checkpoint of a training program', () => {
  it.each(files)('gives its weights and its class names, and runs nothing of the rest: $name', async ({ name, file, tensors, classes }) => {
    const read = await decodePytorch(Buffer.from(file, 'base64'), name, readLimits)
    const found = [...read.tensors].filter(([key]) => !key.endsWith('num_batches_tracked')).map(([key, { data }]) => [key, [...data]])
    expect(Object.fromEntries(found)).toEqual(tensors)
    expect(read.hints.classes ?? null).toEqual(classes)
    if (name === 'trainer.pth') expect(read.remarks![0]!.text.en).toMatch(/passed over and never run: .*pathlib/)
  })

  it.each([
    ['averaged.pth.tar', 'state_dict_ema is read, the mean over training, and state_dict left out'],
    ['model-ema.pth', 'model_ema is read, the mean over training, and model left out'],
    ['mmengine.pth', 'state_dict is read, and ema_state_dict left out']
  ])('of several sets of weights says which it takes: %s', async (name, said) => {
    const read = await decodePytorch(Buffer.from(files.find((file) => file.name === name)!.file, 'base64'), name, readLimits)
    expect(read.remarks).toEqual([{ about: 'assumed', text: expect.objectContaining({ en: expect.stringContaining(said) }) }])
  })

  it.each(Object.entries(programs))('that is a program is refused with the line that saves its weights: %s', async (name, content) => {
    await expect(decodePytorch(Buffer.from(content, 'base64'), name, readLimits)).rejects.toMatchObject({
      value: { code: 'pytorch-program', remedy: { en: expect.stringContaining(name === 'script.pt' ? 'torch.jit.load(path).state_dict()' : 'torch.export.load(path).state_dict,') } }
    })
  })
})
