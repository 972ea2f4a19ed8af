import { describe, expect, it } from 'vitest'
import { architectureOf, architectures, definitionOf } from '../../architectures'
import { weightShapes, type WeightShape } from '../../network/shapes'
import type { FileTensor, KernelLayout, ModelFile } from '../shared/model-format'
import { namings, type Naming } from './naming'
import { recognise } from './recognise'

const torchParts: Record<string, string> = {
  kernel: 'weight', depthwiseKernel: 'weight', gamma: 'weight', scale: 'gamma', bias: 'bias', beta: 'bias', movingMean: 'running_mean', movingVariance: 'running_var'
}
const kerasParts: Record<string, string> = {
  kernel: 'kernel', depthwiseKernel: 'depthwise_kernel', gamma: 'gamma', scale: 'scale', tokens: 'tokens', positions: 'positions', bias: 'bias', beta: 'beta', movingMean: 'moving_mean', movingVariance: 'moving_variance'
}
const size = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1)

/** [height, width, in, out] → [out, in, height, width]; depthwise [height, width, channels, 1] → [channels, 1, height, width]. */
function torchShape({ shape, weight }: WeightShape): number[] {
  if (shape.length === 2) return [shape[1]!, shape[0]!]
  if (shape.length !== 4) return shape
  const [height, width, third, fourth] = shape as [number, number, number, number]
  return weight === 'depthwiseKernel' ? [third, fourth, height, width] : [fourth, third, height, width]
}

interface FileOptions { classes?: number, prefix?: string, head?: string, width?: number, size?: number }

/** A file of an architecture as others would write it. Values are ones, for only names and shapes are looked at. */
function fileOf(id: string, naming: Naming, layout: KernelLayout, { classes = 10, prefix = '', head, width, size: side }: FileOptions = {}): ModelFile {
  const architecture = architectureOf(id)
  const [height, breadth, channels] = architecture.defaultInput
  const plain = definitionOf(architecture, [side ?? height, side ?? breadth, channels],
    Array.from({ length: classes }, (_, index) => String(index)), width === undefined ? {} : { width })
  const definition = naming.adapt?.(plain, new Map()) ?? plain
  const tensors = new Map<string, FileTensor>()
  for (const weight of weightShapes(definition)) {
    const layer = weight.block === 'head' ? head ?? naming.heads[0]! : naming.layer(weight.block, weight.layer.name, id)!
    if (layout === 'pytorch' && (weight.weight === 'tokens' || weight.weight === 'positions')) {
      tensors.set(prefix + layer, { shape: [1, ...weight.shape], data: new Float32Array(size(weight.shape)).fill(1) })
      continue
    }
    const part = (layout === 'pytorch' ? torchParts : kerasParts)[weight.weight]!
    const shape = layout === 'pytorch' ? torchShape(weight) : weight.shape
    tensors.set(`${prefix}${layer}${layout === 'pytorch' ? '.' : '/'}${part}`, { shape, data: new Float32Array(size(shape)).fill(1) })
  }
  return { tensors, layout, hints: {} }
}
const naming = (id: string, architecture: string): Naming =>
  namings.find((candidate) => candidate.id === id && candidate.architectures.includes(architecture))!
const without = (file: ModelFile, names: RegExp): ModelFile => ({ ...file, tensors: new Map([...file.tensors].filter(([name]) => !names.test(name))) })
const adding = (file: ModelFile, name: string, shape: number[], value = 1): ModelFile =>
  ({ ...file, tensors: new Map([...file.tensors, [name, { shape, data: new Float32Array(size(shape)).fill(value) }]]) })

describe('recognising an architecture', () => {
  it.each(namings.flatMap((known) => known.architectures.map((id) => ({ id, of: known.id, known }))))(
    'finds $id under the names of $of, with its classes', ({ id, known }) => {
      const layout = ['torchvision', 'efficientnet-pytorch', 'timm', 'hugging-face', 'hugging-face-4'].includes(known.id) ? 'pytorch' : 'tensorflow'
      // A narrow one where there is one: it has the same names and a sixteenth of the numbers.
      const narrow = 'width' in architectureOf(id).parameters ? { width: 0.25 } : {}
      const found = recognise('file', fileOf(id, known, layout, { classes: 7, ...narrow }))
      expect([found.definition.architecture, found.naming.id, found.definition.classes.length, found.head]).toEqual([id, known.id, 7, true])
      expect(found.unmatched).toEqual([])
      for (const { name, shape } of weightShapes(found.definition)) expect([name, found.weights.get(name)!.length]).toEqual([name, size(shape)])
    }, 60_000)

  it.each(architectures.filter(({ parameters }) => 'width' in parameters).map(({ id }) => id))('tells how wide a %s is', (id) => {
    const found = recognise('file', fileOf(id, naming('graft', id), 'tensorflow', { width: 0.5 }))
    expect(found.definition.options).toMatchObject({ width: 0.5 })
  })

  it('brings positions of a transformer to the usual size where they were learned for large images, and says so', () => {
    const side = 37 * 14
    const file = fileOf('dinov2-small', naming('timm', 'dinov2-small'), 'pytorch', { size: side })
    const { definition, weights, remarks } = recognise('file', file)
    expect(definition.input).toEqual([224, 224, 3])
    expect(weights.get('stem.positions.positions')!.length).toBe((1 + 16 * 16) * 384)
    // Ones stay ones, whatever lies between them.
    expect(weights.get('stem.positions.positions')!.every((value) => Math.abs(value - 1) < 1e-5)).toBe(true)
    expect(remarks.map(({ text }) => text.en)).toContain('Its positions were learned for 37 × 37 patches and are interpolated to 16 × 16.')
    // The size that a person asks for, and a moderate one that a file was tuned at, are kept.
    expect(recognise('file', file, { size: [518, 518] }).definition.input).toEqual([518, 518, 3])
    const larger = recognise('file', fileOf('vit-tiny', naming('timm', 'vit-tiny'), 'pytorch', { size: 384 }))
    expect([larger.definition.input, larger.remarks]).toEqual([[384, 384, 3], []])
  })

  it('refuses a transformer with more tokens or a normalisation before its layers, and names them', () => {
    const [timm, face] = [naming('timm', 'dinov2-small'), naming('hugging-face', 'dinov2-small')]
    expect(() => recognise('file', adding(fileOf('dinov2-small', timm, 'pytorch'), 'register_tokens', [1, 4, 384])))
      .toThrow('register_tokens (1×4×384) has no place in it')
    const faces = fileOf('dinov2-small', face, 'pytorch', { prefix: 'dinov2.' })
    expect(() => recognise('file', adding(faces, 'dinov2.embeddings.register_tokens', [1, 4, 384]))).toThrow('register_tokens')
    const tiny = fileOf('vit-tiny', naming('timm', 'vit-tiny'), 'pytorch')
    for (const [name, shape] of [['reg_token', [1, 4, 192]], ['dist_token', [1, 1, 192]], ['norm_pre.weight', [192]]] as const) {
      expect(() => recognise('file', adding(tiny, name, [...shape]))).toThrow(`${name} (${shape.join('×')}) has no place in it`)
    }
    // What DINOv2 trains with and does not answer with is only named.
    expect(recognise('file', adding(fileOf('dinov2-small', timm, 'pytorch'), 'mask_token', [1, 384])).unmatched).toMatchObject([{ name: 'mask_token' }])
  })

  it('takes the normalisation that torchvision\'s transformers learned with, and says what the others\' names leave open', () => {
    const usual = architectureOf('vit-base').normalisation(3)
    const torch = naming('torchvision', 'vit-base')
    expect(torch.normalisation?.(3)).toEqual({ mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225] })
    expect(torch.normalisationAssumed).toBeUndefined()
    for (const id of ['timm', 'hugging-face', 'hugging-face-4']) {
      const known = naming(id, 'vit-base')
      expect(known.normalisation?.(3) ?? usual).toEqual({ mean: [0.5, 0.5, 0.5], standardDeviation: [0.5, 0.5, 0.5] })
      expect(known.normalisationAssumed?.en).toContain('DeiT')
    }
    expect(namings.filter(({ architectures: [id], normalisationAssumed }) => id === 'dinov2-small' && normalisationAssumed)).toEqual([])
  })

  it('sees through prefixes of wrappers, and other names of the head', () => {
    const file = fileOf('resnet-18', naming('torchvision', 'resnet-18'), 'pytorch', { prefix: 'module.', head: 'linear' })
    expect(recognise('file', file)).toMatchObject({ head: true, definition: { architecture: 'resnet-18' } })
    const lone = fileOf('resnet-20', naming('torchvision', 'resnet-20'), 'pytorch', { head: 'my_own_output', classes: 4 })
    expect(recognise('file', lone)).toMatchObject({ head: true, definition: { classes: ['0', '1', '2', '3'] } })
  })

  it('finds the input that a flattened image had', () => {
    // 64 pixels a side leave 8×8 after three poolings
    const file = fileOf('seed-cnn', naming('graft', 'seed-cnn'), 'tensorflow', { size: 64 })
    expect(recognise('file', file).definition.input).toEqual([64, 64, 3])
    expect(recognise('file', file).anySize).toBe(false)
    expect(() => recognise('file', file, { size: [32, 32] })).toThrow('dense1.dense')
  })

  it('lists what found no place', () => {
    const file = adding(fileOf('resnet-20', naming('torchvision', 'resnet-20'), 'pytorch'), 'projector.0.weight', [8, 64])
    expect(recognise('file', adding(file, 'bn1.num_batches_tracked', [])).unmatched).toEqual([{ name: 'projector.0.weight', shape: [8, 64] }])
  })

  it('takes a backbone without its head, and one that is cut, and ends it in features', () => {
    const file = fileOf('mobilenet-v1', naming('keras-applications', 'mobilenet-v1'), 'tensorflow')
    const headless = recognise('file', without(file, /conv_preds/))
    expect(headless).toMatchObject({ head: false, definition: { classes: [] } })
    expect(headless.cutAfter).toBeUndefined()
    const cut = recognise('file', without(file, /conv_preds|conv_pw_13/))
    expect(cut.cutAfter).toBe('conv_dw_13_bn')
    expect(cut.definition.blocks.at(-1)!.layers.map(({ name }) => name)).toEqual(['depthwise', 'depthwise-normalisation', 'relu1', 'features'])
    // A residual block is kept whole or not at all; what is left of it is listed.
    const residual = recognise('file', without(fileOf('resnet-20', naming('torchvision', 'resnet-20'), 'pytorch'), /layer3\.2\.(conv2|bn2)|fc/))
    expect(residual.definition.blocks.at(-1)!.name).toBe('stage3-2')
    expect(residual.unmatched.map(({ name }) => name)).toContain('layer3.2.conv1.weight')
  })

  it('does not take a network for a part of itself', () => {
    const resnet = naming('torchvision', 'resnet-20')
    // Projections on the shortcuts (option B) make it another network.
    expect(() => recognise('file', adding(fileOf('resnet-20', resnet, 'pytorch'), 'layer2.0.downsample.0.weight', [32, 16, 1, 1])))
      .toThrow('layer2.0.downsample.0 has no place in it')
    // Deeper than any that is known.
    expect(() => recognise('file', adding(fileOf('resnet-56', resnet, 'pytorch'), 'layer1.9.conv1.weight', [16, 16, 3, 3]))).toThrow('layer1.9.conv1')
    expect(() => recognise('file', without(fileOf('resnet-20', resnet, 'pytorch'), /layer2\.1\.conv1/))).toThrow('layer2.1.conv1 is missing')
    expect(() => recognise('file', adding(fileOf('resnet-20', resnet, 'pytorch'), 'layer1.0.conv1.bias', [16]))).toThrow('layer1.0.conv1.bias')
  })

  it('says which tensor does not fit, and what is known', () => {
    const file = fileOf('resnet-20', naming('torchvision', 'resnet-20'), 'pytorch')
    expect(() => recognise('net.pt', adding(file, 'layer1.0.conv2.weight', [16, 16, 5, 5])))
      .toThrow('net.pt is no network that Graft knows; the closest, resnet-20, fits in 96 / 97 weights: layer1.0.conv2.weight is 5×5×16×16, not 3×3×16×16.')
    expect(() => recognise('net.pt', { tensors: new Map([['a.weight', { shape: [2, 2], data: new Float32Array(4) }]]), layout: 'pytorch', hints: {} }))
      .toThrow('net.pt holds 1 tensors (a.weight …) of no architecture')
    expect(() => recognise('net.pt', { tensors: new Map(), layout: 'pytorch', hints: {} })).toThrow('no weights')
  })

  it.each([['NaN', NaN], ['infinity', Infinity]])('refuses a weight that is %s, by name', (_, value) => {
    const file = adding(fileOf('resnet-20', naming('torchvision', 'resnet-20'), 'pytorch'), 'layer3.0.bn1.bias', [64], value)
    expect(() => recognise('net.pt', file)).toThrow('net.pt: weight layer3.0.bn1.bias holds numbers that are not finite')
  })

  it('refuses a negative variance', () => {
    const file = adding(fileOf('resnet-20', naming('torchvision', 'resnet-20'), 'pytorch'), 'bn1.running_var', [16], -1)
    expect(() => recognise('net.pt', file)).toThrow('bn1.running_var holds a negative variance')
  })

  it('takes epsilons from the file', () => {
    const file = fileOf('mobilenet-v1', naming('keras-applications', 'mobilenet-v1'), 'tensorflow')
    const { definition } = recognise('file', { ...file, hints: { layers: [{ name: 'conv1_bn', epsilon: 0.25 }, { name: 'conv_dw_2', padding: 'valid' }] } })
    expect(definition.blocks[0]!.layers[1]).toMatchObject({ kind: 'batch-normalisation', epsilon: 0.25 })
    expect(definition.blocks[2]!.layers[0]).toMatchObject({ kind: 'zero-padding', sides: [0, 1, 0, 1] })
  })
})
