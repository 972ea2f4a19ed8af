import type { NetworkDefinition } from '../../network/definition'
import type { GraphWriter } from './graph-writer'
import { elementTypes, type OnnxModelToWrite } from './messages'

const opset = 17
export const [inputName, outputName] = ['images', 'logits']

type Value = NonNullable<OnnxModelToWrite['graph']['inputs']>[number]

/** 32-bit numbers of a batch, as a model's input or output. */
export const floats = (name: string, lengths: readonly number[]): Value => ({
  name,
  type: { tensor: { elementType: elementTypes.float, shape: { dimensions: [{ name: 'batch' }, ...lengths.map((length) => ({ length }))] } } }
})

/** A graph on the images that a network takes as a whole model. */
export function modelOf(
  { architecture, input: [height, width, channels] }: NetworkDefinition, { nodes, initializers }: GraphWriter, outputs: Value[],
  metadata: Readonly<Record<string, string>>, producerVersion: string
): OnnxModelToWrite {
  return {
    irVersion: 8,
    producer: 'Graft',
    producerVersion,
    graph: { name: architecture, nodes, initializers, inputs: [floats(inputName, [channels, height, width])], outputs },
    operatorSets: [{ domain: '', version: opset }],
    metadata: Object.entries(metadata).map(([key, value]) => ({ key, value }))
  }
}
