import { readEnsemble } from '../../../classifiers/ensemble'
import type { StoredTensor } from '../../../classifiers/classifier'
import type { NetworkDefinition } from '../../../network/definition'
import { sameClasses } from '../../../../rules/classes'
import { attributes } from '../messages'
import type { GraphWriter } from '../graph-writer'
import { NetworkWriter } from '../graph'
import { inputName } from '../model'

/** An ensemble (classifiers/ensemble.ts): every member on the images in its own size, channels and normalisation, and the mean of what they say. */
export function writeEnsemble(graph: GraphWriter, state: unknown, tensors: ReadonlyMap<string, StoredTensor>): string {
  const { classes, inputsFor, members } = readEnsemble(state, tensors)
  const shares = members.map((member, index) => {
    const prefix = `member${index + 1}.`
    const images = imagesFor(graph, prefix, inputsFor, member.definition)
    let logits = new NetworkWriter(member, graph, prefix, images).logits()
    const own = member.definition.classes
    if (!sameClasses(own, classes)) {
      logits = graph.node(`${prefix}order`, 'Gather', [logits, graph.ints(`${prefix}classes`, classes.map((name) => own.indexOf(name)))], [attributes.int('axis', 1)])
    }
    return graph.node(`${prefix}probabilities`, 'Softmax', [logits], [attributes.int('axis', -1)])
  })
  const mean = graph.node('ensemble.mean', 'Mean', shares)
  return graph.node('ensemble.answer', 'Log', [graph.node('ensemble.positive', 'Max', [mean, graph.floats('ensemble.least', [], Float32Array.of(1e-12))])])
}

/** As network/answers.ts brings images normalised for one network to another. */
function imagesFor(graph: GraphWriter, prefix: string, from: NetworkDefinition, to: NetworkDefinition): string {
  const [height, width, channels] = to.input
  let images = inputName
  if (from.input[0] !== height || from.input[1] !== width) {
    const shape = graph.node(`${prefix}size`, 'Concat', [
      graph.node(`${prefix}images`, 'Slice', [graph.node(`${prefix}shape`, 'Shape', [images]), graph.ints(`${prefix}start`, [0]), graph.ints(`${prefix}end`, [2])]),
      graph.ints(`${prefix}side`, [height, width])
    ], [attributes.int('axis', 0)])
    images = graph.node(`${prefix}resized`, 'Resize', [images, '', '', shape], [
      attributes.text('mode', 'linear'), attributes.text('coordinate_transformation_mode', 'half_pixel')
    ])
  }
  if (JSON.stringify([from.normalisation, from.input[2]]) === JSON.stringify([to.normalisation, channels])) return images
  const perChannel = (part: string, values: readonly number[]): string => graph.floats(`${prefix}${part}`, [values.length, 1, 1], Float32Array.from(values))
  images = graph.node(`${prefix}unscaled`, 'Mul', [images, perChannel('deviation-of-images', from.normalisation.standardDeviation)])
  images = graph.node(`${prefix}pixels`, 'Add', [images, perChannel('mean-of-images', from.normalisation.mean)])
  if (channels !== from.input[2]) {
    images = channels === 3
      ? graph.node(`${prefix}coloured`, 'Concat', [images, images, images], [attributes.int('axis', 1)])
      // ITU-R 601's luma.
      : graph.node(`${prefix}grey`, 'Conv', [images, graph.floats(`${prefix}luma`, [1, 3, 1, 1], Float32Array.of(0.299, 0.587, 0.114))])
  }
  images = graph.node(`${prefix}centred`, 'Sub', [images, perChannel('mean', to.normalisation.mean)])
  return graph.node(`${prefix}normalised`, 'Div', [images, perChannel('deviation', to.normalisation.standardDeviation)])
}
