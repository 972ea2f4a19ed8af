import { readOnFeatures, type ScorerKind } from '../../../classifiers/on-features'
import type { StoredClassifier } from '../../../classifiers'
import type { StoredTensor } from '../../../classifiers/classifier'
import type { StoredNetwork } from '../../shared/stored-network'
import { blocksFor } from '../../shared/feature-blocks'
import { attributes, type OnnxModelToWrite } from '../messages'
import { GraphWriter } from '../graph-writer'
import { NetworkWriter } from '../graph'
import { floats, modelOf, outputName } from '../model'
import { writeEnsemble } from './ensemble'
import { writeKNearest } from './k-nearest'
import { writeForest } from './random-forest'
import { writeSvm } from './svm'

/** Features [batch, length] → log-probabilities, as nodes of a graph. A logistic regression is a network's head, and written as one. */
const scorers: Record<Exclude<ScorerKind, 'logistic-regression'>, (graph: GraphWriter, features: string, state: unknown, tensors: ReadonlyMap<string, StoredTensor>) => string> = {
  'svm': writeSvm, 'k-nearest': writeKNearest, 'random-forest': writeForest
}

/**
 * A model whose answers come from a classifier in its head's place as an ONNX model, in plain operators: images as `toOnnx` has them →
 * `logits` [batch, classes], here log-probabilities, and `probabilities` at the temperature that its validation images gave it.
 *
 * @throws GraftError `not-exportable` naming a layer
 */
export function answersToOnnx(
  network: StoredNetwork, { kind, state, tensors }: StoredClassifier, temperature: number, metadata: Readonly<Record<string, string>>, producerVersion: string
): OnnxModelToWrite {
  const graph = new GraphWriter()
  const { definition } = network
  graph.rename(kind === 'ensemble' ? writeEnsemble(graph, state, tensors) : onFeatures(), outputName)
  const tempered = graph.node('tempered', 'Div', [outputName, graph.floats('temperature', [], Float32Array.of(temperature))])
  graph.node('probabilities', 'Softmax', [tempered], [attributes.int('axis', -1)])
  const classes = [definition.classes.length]
  return modelOf(definition, graph, [floats(outputName, classes), floats('probabilities', classes)], metadata, producerVersion)

  function onFeatures(): string {
    const { features: choice, scorer, tensors: own, standardisation } = readOnFeatures(state, tensors)
    let features = new NetworkWriter(network, graph).features(blocksFor(definition, choice), choice.average && !choice.pixels)
    if (standardisation) {
      const row = (name: string, data: Float32Array): string => graph.floats(`features.${name}`, [data.length], data)
      features = graph.node('features.centred', 'Sub', [features, row('mean-of-each', standardisation.mean)])
      features = graph.node('features.scaled', 'Div', [features, row('deviation-of-each', standardisation.scale)])
    }
    return scorers[kind as keyof typeof scorers](graph, features, scorer, own)
  }
}
