import { describe, expect, it } from 'vitest'
import { architectureOf, definitionOf } from '../../architectures'
import { weightShapes } from '../../network/shapes'
import { decodeOnnx } from '../onnx/format'
import { toOnnx } from '../onnx/graph'
import { encodeModel, type OnnxModelToWrite, type OnnxNodeToWrite } from '../onnx/messages'
import { recognise, type Recognised } from './recognise'
import { bytesOf } from '../../safetensors/bytes'

/** A network as a graph whose nodes and tensors have other names than Graft's, after a change. */
function exported(id: string, input: [number, number, 1 | 3], change: (model: OnnxModelToWrite) => void = () => undefined): Recognised {
  const architecture = architectureOf(id)
  const definition = definitionOf(architecture, input, ['a', 'b', 'c'], 'width' in architecture.parameters ? { width: 0.25 } : {})
  const weights = new Map(weightShapes(definition).map(({ name, shape }) => (
    [name, { shape, data: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(0.5) }])))
  const model = toOnnx({ definition, weights }, {}, '1')
  change(model)
  const names = new Map(model.graph.initializers!.map(({ name }, index) => [name!, `onnx::Tensor_${index}`]))
  for (const tensor of model.graph.initializers!) tensor.name = names.get(tensor.name!)!
  model.graph.nodes!.forEach((node, index) => {
    node.name = `/part${index}/${node.operator!}`
    node.inputs = node.inputs!.map((input) => names.get(input) ?? input)
  })
  return recognise('graph.onnx', decodeOnnx(encodeModel(model), 'graph.onnx', { bytes: 1 << 28, tensors: 1_000 }))
}
const nodeOf = (model: OnnxModelToWrite, name: string): OnnxNodeToWrite => model.graph.nodes!.find((node) => node.name === name)!
const layerOf = ({ definition }: Recognised, name: string) => definition.blocks.flatMap(({ layers }) => layers).filter((layer) => layer.name === name)
const attribute = (node: OnnxNodeToWrite, name: string) => node.attributes!.find((found) => found.name === name)!

describe('a network under names that nobody knows', () => {
  it.each<[string, [number, number, 1 | 3]]>([
    ['seed-cnn', [32, 32, 3]], ['lenet', [28, 28, 1]], ['resnet-20', [32, 32, 3]], ['mobilenet-v1', [64, 64, 3]], ['mobilenet-v2', [64, 64, 3]],
    ['efficientnet-lite0', [64, 64, 3]], ['efficientnet-lite1', [75, 75, 3]]
  ])('is told by the order of its graph: %s', (id, input) => {
    expect(exported(id, input)).toMatchObject({
      definition: { architecture: id, input, classes: ['0', '1', '2'] }, naming: { id: 'graph-order' }, head: true, unmatched: [], folded: false
    })
  })

  it('is the same however the file orders what does not depend on one another', () => {
    const order = (change?: (model: OnnxModelToWrite) => void) => [...exported('resnet-20', [32, 32, 3], change).weights.keys()]
    // A shortcut before the convolutions that it goes around.
    expect(order((model) => {
      const { nodes } = model.graph
      const shortcut = nodes!.filter(({ name }) => name!.startsWith('stage2-1.shortcut'))
      const rest = nodes!.filter((node) => !shortcut.includes(node))
      rest.splice(rest.findIndex(({ name }) => name === 'stage2-1.convolution1'), 0, ...shortcut)
      model.graph.nodes = rest
    })).toEqual(order())
  })

  it('keeps the file\'s own strides, padding and epsilon', () => {
    const found = exported('mobilenet-v1', [64, 64, 3], (model) => {
      attribute(nodeOf(model, 'stem.convolution'), 'pads').ints = [1, 1, 1, 1]
      attribute(nodeOf(model, 'block2.depthwise'), 'pads').ints = [1, 1, 0, 0]
      attribute(nodeOf(model, 'block1.depthwise-normalisation'), 'epsilon').float = 0.25
    })
    expect(layerOf(found, 'convolution')[0]).toMatchObject({ padding: 1 })
    // [top, left, bottom, right] in the file; [top, bottom, left, right] in Graft.
    expect(layerOf(found, 'depthwise-padding')).toEqual([{ kind: 'zero-padding', name: 'depthwise-padding', sides: [1, 0, 1, 0] }])
    expect(layerOf(found, 'depthwise-normalisation')[0]).toMatchObject({ epsilon: 0.25 })
    expect(layerOf(found, 'depthwise')[0]).toMatchObject({ padding: 'same' })
  })

  it('whose batch normalisation is folded becomes one of convolutions with an offset', () => {
    const found = exported('resnet-20', [32, 32, 3], (model) => {
      const { graph } = model
      for (const node of graph.nodes!.filter(({ operator }) => operator === 'BatchNormalization')) {
        const convolution = graph.nodes!.find(({ outputs }) => outputs![0] === node.inputs![0])!
        convolution.inputs!.push(node.inputs![2]!)
        convolution.outputs = node.outputs!
      }
      graph.nodes = graph.nodes!.filter(({ operator }) => operator !== 'BatchNormalization')
      graph.initializers = graph.initializers!.filter(({ name }) => !/normalisation\.(weight|running_)/.test(name!))
    })
    expect(found.folded).toBe(true)
    expect(found.definition.blocks.flatMap(({ layers }) => layers).filter(({ kind }) => kind === 'batch-normalisation')).toEqual([])
    expect(layerOf(found, 'add')[0]).toMatchObject({ inputs: ['convolution2', 'input'] })
    expect(found.weights.get('stage1-1.convolution1.bias')).toEqual(new Float32Array(4).fill(0.5))
  })

  it('keeps a head of several layers, and leaves out one that it cannot say', () => {
    const longer = (operator: string) => exported('resnet-20', [32, 32, 3], (model) => {
      model.graph.nodes!.push(
        { name: 'more', operator, inputs: ['logits'], outputs: ['more'] }, { name: 'last', operator: 'Gemm', inputs: ['more', 'last.weight'], outputs: ['last'] }
      )
      model.graph.initializers!.push({ name: 'last.weight', dims: [3, 7], dataType: 1, raw: bytesOf(new Float32Array(21)) })
      model.graph.outputs![0]!.name = 'last'
    })
    const kept = longer('Relu')
    expect(kept.definition.head.layers).toMatchObject([{ kind: 'dense', units: 3 }, { kind: 'relu' }, { kind: 'dense', name: 'dense', units: 7 }])
    expect(kept).toMatchObject({ head: true, unmatched: [], remarks: [{ about: 'read', text: { en: expect.stringContaining('2 dense layers (3, 7 units)') } }] })
    const left = longer('Tanh')
    expect(left).toMatchObject({ head: false, definition: { classes: [] }, remarks: [{ about: 'left-out', text: { en: expect.stringContaining('Tanh') } }] })
    expect(left.unmatched.map(({ shape }) => shape)).toEqual([[3, 16], [3], [7, 3]])
  })

  /** The network up to a value, a mean over its places behind it and a dense layer of so many inputs. */
  const cutAt = (id: string, from: string, inputs: number) => exported(id, [64, 64, 3], (model) => {
    const { nodes } = model.graph
    model.graph.nodes = [...nodes!.slice(0, nodes!.findIndex(({ outputs }) => outputs![0] === from) + 1),
      { name: 'mean', operator: 'GlobalAveragePool', inputs: [from], outputs: ['mean'] }, { name: 'flat', operator: 'Flatten', inputs: ['mean'], outputs: ['flat'] },
      { name: 'own', operator: 'Gemm', inputs: ['flat', 'own.weight'], outputs: ['own'] }]
    model.graph.initializers!.push({ name: 'own.weight', dims: [inputs, 7], dataType: 1, raw: bytesOf(new Float32Array(inputs * 7)) })
    model.graph.outputs![0]!.name = 'own'
  })
  const outputOf = (id: string, name: string): string => {
    let output = ''
    exported(id, [64, 64, 3], (model) => { output = nodeOf(model, name).outputs![0]! })
    return output
  }

  it('that ends before its last layers keeps the head behind its cut', () => {
    const found = cutAt('mobilenet-v3-small', outputOf('mobilenet-v3-small', 'last.convolution-normalisation'), 576)
    // Its hard swish is left out with the dense layer: what the file does not do, the network does not do.
    expect(found.definition.blocks.at(-1)!.layers.map(({ kind }) => kind)).toEqual(['convolution', 'batch-normalisation', 'global-average-pooling'])
    expect(found).toMatchObject({ head: true, definition: { head: { layers: [{ kind: 'dropout' }, { kind: 'dense', units: 7 }] } } })
  })

  it('whose head takes another number of features has none', () => {
    expect(cutAt('mobilenet-v3-small', outputOf('mobilenet-v3-small', 'last.convolution-normalisation'), 500)).toMatchObject({ head: false })
  })

  it('whose shortcuts put their channels elsewhere is another network', () => {
    expect(() => exported('resnet-20', [32, 32, 3], (model) => {
      // 4 channels become 8: two of zeros on each side, here all four behind.
      const pads = model.graph.initializers!.find(({ name }) => name === 'stage2-1.shortcut.pads')!
      pads.raw = new Uint8Array(BigInt64Array.from([0n, 0n, 0n, 0n, 0n, 4n, 0n, 0n]).buffer)
    })).toThrow('a pad of 0 channels in front, not 2 as in stage2-1.shortcut')
  })
})
