import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readLimits } from '../../src/engine/safetensors/limits'
import { readPickle } from '../../src/engine/interchange/pytorch/pickle/machine'
import { decodePytorch } from '../../src/engine/interchange/pytorch/format'

/** Made by `python scripts/parity/state_dictionaries.py > test/parity/state-dictionaries.json` with scripts/parity/requirements.txt. */
const { files, hostile, wholeModel, plainPickles } = z.object({
  torch: z.literal('2.13.0'),
  files: z.array(z.object({
    name: z.string(), form: z.string(), file: z.base64(), tensors: z.record(z.string(), z.object({ shape: z.array(z.int()), data: z.array(z.number()) }))
  })).min(6),
  hostile: z.array(z.object({ form: z.string(), file: z.base64() })).length(2),
  wholeModel: z.base64(),
  plainPickles: z.array(z.base64()).length(6)
}).parse(JSON.parse(readFileSync(join(__dirname, 'state-dictionaries.json'), 'utf8')))
const bytes = (text: string): Buffer => Buffer.from(text, 'base64')

describe('a file of torch.save', () => {
  it.each(files)('is read to the same numbers: $name in the $form form', async ({ file, tensors }) => {
    const read = await decodePytorch(bytes(file), 'file.pt', readLimits)
    const found = Object.fromEntries([...read.tensors].map(([name, { shape, data }]) => [name, { shape, data: [...data] }]))
    expect(found).toEqual(tensors)
  })

  it.each(hostile)('that would run a command is refused by its name, in the $form form', async ({ file }) => {
    await expect(decodePytorch(bytes(file), 'hostile.pt', readLimits)).rejects.toMatchObject({
      code: 'pickle-runs-code', message: expect.stringContaining('hostile.pt is refused: it asks Python for posix.system')
    })
  })

  it('that holds a whole model rather than its state dictionary gives the weights of its parts, and names its class', async () => {
    const { tensors, remarks } = await decodePytorch(bytes(wholeModel), 'whole.pt', readLimits)
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([['weight', [2, 2]], ['bias', [2]]])
    expect(remarks![0]!.text.en).toContain('torch.nn.modules.linear.Linear')
  })

  it.each(plainPickles.map((file, protocol) => ({ file, protocol })))('runs nothing in protocol $protocol either', ({ file }) => {
    expect(() => readPickle(bytes(file))).toThrow('posix.system')
  })
})
