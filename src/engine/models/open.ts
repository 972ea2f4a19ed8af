import type { Calibration } from '../../contract/calibration'
import type { Dataset } from '../../contract/datasets'
import type { ModelRef, ModelSummary } from '../../contract/models'
import type { Library } from '../../library'
import { notANetwork } from '../../rules/methods/source'
import { architectureOf, definitionOf } from '../architectures'
import * as tf from '@tensorflow/tfjs-core'
import { GraftError } from '../../contract/errors'
import { idIn } from '../../rules/refs'
import { loadClassifier, type Classifier } from '../classifiers'
import { FamiliarPictures } from '../evaluation/familiarity'
import { loadModel } from '../interchange/tfjs/model-folder'
import type { NetworkDefinition } from '../network/definition'
import { inference, Network } from '../network/network'
import { freshLike, otherArchitecture, type Variant } from '../surgery/surgery'
import { parameterCounts } from '../network/shapes'

/** A source as a method gets it: the saved network, if there is one, and how to make a fresh one like it. */
export interface SourceModel {
  network: Network | undefined
  /** Fresh weights in the source's architecture, or in a variant of it. */
  fresh(classes: readonly string[], seed: number, variant?: Variant): Network
  dispose(): void
}

/**
 * Opens what a spec names as source. A fresh architecture takes the target's image size; a saved model keeps its own,
 * and images are brought to it.
 */
export async function openSource(library: Library, ref: ModelRef, target: Dataset): Promise<SourceModel> {
  const architectureId = idIn('arch', ref)
  if (architectureId !== undefined) {
    const architecture = architectureOf(architectureId)
    return {
      network: undefined,
      fresh: (classes, seed, variant = {}) =>
        Network.create(otherArchitecture(definitionOf(architecture, target.shape, classes), classes, variant), seed),
      dispose: () => undefined
    }
  }
  const network = await openModel(library, ref)
  return {
    network,
    fresh: (classes, seed, variant) => variant
      ? Network.create(otherArchitecture(network.definition, classes, variant), seed)
      : freshLike(network, classes, seed),
    dispose: () => network.dispose()
  }
}

/**
 * The network of a saved model whose own head answers: what can be a source or a teacher.
 * @throws GraftError where there is no such model, its files are damaged, or another classifier answers in its head's place
 */
export async function openModel(library: Library, ref: ModelRef): Promise<Network> {
  const { classifier } = await library.models.get(ref)
  if (classifier) throw GraftError.fromValue(notANetwork(ref, classifier))
  return loadModel(library.models.folder(ref))
}

/** The network of a saved model, whatever answers in its head's place: to be looked into. */
export const loadNetwork = (library: Library, ref: ModelRef): Promise<Network> => loadModel(library.models.folder(ref))

/** A saved model as it answers, whether through its network's head or through a classifier beside it. */
export interface AnsweringModel {
  network: Network
  /** What answers in the place of the network's head. */
  classifier: Classifier | undefined
  /** What its validation images told of how sure it may be; undefined where there were none. */
  calibration: Calibration | undefined
  /** Normalised images → logits [batch, classes]; run in a tidy. */
  logits(inputs: tf.Tensor4D): tf.Tensor2D
  /** Normalised images → logits [batch, classes], and how far each picture lies from the training's, where that is known. */
  answers(inputs: tf.Tensor4D): { logits: Float32Array, distances?: Float32Array }
  dispose(): void
}

/** @throws GraftError where there is no such model or its files are damaged */
export async function openAnswering(library: Library, ref: ModelRef): Promise<AnsweringModel> {
  const { calibration } = await library.models.get(ref)
  const folder = library.models.folder(ref)
  const network = await loadModel(folder)
  try {
    const classifier = await loadClassifier(folder, network)
    if (!classifier && network.definition.classes.length === 0) throw withoutHead()
    const familiar = calibration?.unlike && await FamiliarPictures.load(folder, network.featureLength)
    return {
      network,
      classifier,
      calibration,
      logits: (inputs) => classifier ? classifier.logits(inputs) : network.forward(inputs, inference),
      answers: (inputs) => tf.tidy(() => {
        if (!familiar) return { logits: (classifier ? classifier.logits(inputs) : network.forward(inputs, inference)).dataSync<'float32'>() }
        const features = network.features(inputs, inference)
        const logits = classifier ? classifier.ofFeatures?.(features) ?? classifier.logits(inputs) : network.logits(features, inference)
        return { logits: logits.dataSync<'float32'>(), distances: familiar.distances(features).dataSync<'float32'>() }
      }),
      dispose: () => {
        familiar?.dispose()
        classifier?.dispose()
        network.dispose()
      }
    }
  } catch (error) {
    network.dispose()
    throw error
  }
}

function withoutHead(): GraftError {
  return new GraftError('model-without-head', {
    en: 'The model is a backbone without a head: it tells no classes apart.', zh: '该模型是没有分类头的骨干网络，无法区分类别。'
  }, { field: 'model', usage: true, remedy: { en: 'Transfer it to a data set first.', zh: '请先将其迁移到一个数据集。' } })
}

/** What the catalogue keeps of a network, and of the classifier that answers in its head's place. */
export function summaryOfNetwork(network: Network, ref: ModelRef, name: string, classifier?: Classifier): ModelSummary {
  return {
    ...summaryOfDefinition(network.definition, ref, name),
    ...(classifier && { classifier: { kind: classifier.kind, title: classifier.title } })
  }
}

/** What the catalogue keeps of a network. */
export function summaryOfDefinition(definition: NetworkDefinition, ref: ModelRef, name: string): ModelSummary {
  const counts = parameterCounts(definition)
  return {
    ref,
    name,
    architecture: definition.architecture,
    input: definition.input,
    normalisation: definition.normalisation,
    classes: definition.classes,
    blocks: counts.slice(0, -1).map(({ block, title, parameters }) => ({ name: block, title, parameters })),
    parameters: counts.reduce((sum, { parameters }) => sum + parameters, 0),
    createdAt: new Date().toISOString()
  }
}
