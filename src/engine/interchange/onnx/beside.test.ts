import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../../architectures'
import { weightShapes } from '../../network/shapes'
import { readLimits } from '../../safetensors/limits'
import { onnx } from './format'
import { toOnnx } from './graph'
import { withNumbers } from './inlined'
import { decodeModel, encodeModel, type OnnxModelToWrite } from './messages'

const definition = definitionOf(architectureOf('seed-cnn'), [8, 8, 1], ['a', 'b'], { width: 0.125 })
const weights = new Map(weightShapes(definition).map(({ name, shape }, index) => (
  [name, { shape, data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(index + 0.5) }])))

/** A model whose numbers lie one after the other in a file of that name, as PyTorch's exporter leaves them. */
function parted(name: string): { model: Uint8Array, numbers: Uint8Array } {
  const model: OnnxModelToWrite = toOnnx({ definition, weights }, {}, '1')
  const parts: Uint8Array[] = []
  let offset = 0
  for (const tensor of model.graph.initializers ?? []) {
    if (!tensor.raw) continue
    parts.push(tensor.raw)
    const external = { location: name, offset: String(offset), length: String(tensor.raw.length) }
    offset += tensor.raw.length
    Object.assign(tensor, { raw: undefined, location: 1, external: Object.entries(external).map(([key, value]) => ({ key, value })) })
  }
  return { model: encodeModel(model), numbers: Buffer.concat(parts) }
}

describe('an ONNX model whose numbers lie in a file beside it', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'graft-onnx-beside-'))
    path = join(folder, 'net.onnx')
  })
  afterEach(() => fs.rm(folder, { recursive: true }))

  const write = async (name: string, { cut = 0, there = true } = {}): Promise<void> => {
    const { model, numbers } = parted(name)
    await fs.writeFile(path, model)
    if (there) await fs.writeFile(join(folder, 'net.onnx.data'), numbers.subarray(0, numbers.length - cut))
  }

  it('is read like one that holds them itself', async () => {
    await fs.writeFile(path, encodeModel(toOnnx({ definition, weights }, {}, '1')))
    const whole = await onnx.read!(path, readLimits)
    await write('net.onnx.data')
    const found = await onnx.read!(path, readLimits)
    expect(found.tensors.size).toBeGreaterThan(5)
    expect([...found.tensors]).toEqual([...whole.tensors])
  })

  it('is kept as one file where it is run as it is, everything else in it unchanged', async () => {
    const { model, numbers } = parted('net.onnx.data')
    const whole = withNumbers(model, decodeModel(model), new Map([['net.onnx.data', numbers]]))
    await fs.writeFile(path, whole)
    const found = await onnx.read!(path, readLimits)
    await fs.writeFile(path, encodeModel(toOnnx({ definition, weights }, {}, '1')))
    expect([...found.tensors]).toEqual([...(await onnx.read!(path, readLimits)).tensors])
    expect(decodeModel(whole).graph.nodes).toEqual(decodeModel(model).graph.nodes)
    // A field that Graft does not know, as a later ONNX may have one, is still there.
    const later = Buffer.concat([model, Buffer.from([0xf8, 0x07, 0x2a])])
    expect([...withNumbers(later, decodeModel(later), new Map([['net.onnx.data', numbers]])).subarray(-3)]).toEqual([0xf8, 0x07, 0x2a])
  })

  it('says which file is missing', async () => {
    await write('net.onnx.data', { there: false })
    await expect(onnx.read!(path, readLimits)).rejects.toMatchObject({ code: 'weights-missing', message: expect.stringContaining('"net.onnx.data"') as string })
  })

  it('is refused where the file ends early', async () => {
    await write('net.onnx.data', { cut: 1 })
    await expect(onnx.read!(path, readLimits)).rejects.toThrow('beyond the end of "net.onnx.data"')
  })

  it.each(['../net.onnx.data', '/etc/hostname', '..', '.', '', 'a\\b', 'c:net'])('is not looked for elsewhere: %j', async (name) => {
    await write(name)
    await expect(onnx.read!(path, readLimits)).rejects.toThrow('lie in another file')
  })

  it.skipIf(process.platform === 'win32')('is not followed where the file is a link', async () => {
    await write('net.onnx.data')
    await fs.rename(join(folder, 'net.onnx.data'), join(folder, 'elsewhere'))
    await fs.symlink('elsewhere', join(folder, 'net.onnx.data'))
    await expect(onnx.read!(path, readLimits)).rejects.toMatchObject({ code: 'weights-missing' })
  })

  it('is refused where the file is larger than a model may be', async () => {
    await write('net.onnx.data')
    await expect(onnx.read!(path, { ...readLimits, bytes: 1_000 })).rejects.toMatchObject({ code: 'model-too-large' })
  })
})
