import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import type { Text } from '../../contract/text'
import type { Network } from '../network/network'
import type { Classifier, Scorer, Stored, StoredTensor } from './classifier'
import { featureChoiceSchema, featuresOf, isBackbone, type FeatureChoice, type Standardisation } from '../features/collect'
import { kNearest, kNearestSchema } from './k-nearest'
import { linearScorer, logisticRegressionSchema } from './logistic-regression'
import { forestScorer, loadTrees, randomForestSchema } from './random-forest'
import { svmSchema, svmScorer } from './svm'

type Tensors = ReadonlyMap<string, StoredTensor>

/** The classical classifiers: a name for people, and how one is made of what a file keeps. */
const scorers = {
  'logistic-regression': {
    title: { en: 'Logistic regression', zh: '逻辑回归' },
    load: (state: unknown, tensors: Tensors): Scorer =>
      linearScorer(tensors.get('kernel')!, tensors.get('bias')!, logisticRegressionSchema.parse(state).converged)
  },
  svm: {
    title: { en: 'Support vector machine', zh: '支持向量机' },
    load: (state: unknown, tensors: Tensors): Scorer => svmScorer(svmSchema.parse(state), tensors)
  },
  'k-nearest': {
    title: { en: 'k nearest neighbours', zh: 'k 近邻' },
    load: (state: unknown, tensors: Tensors): Scorer => {
      const { classes, ...options } = kNearestSchema.parse(state)
      const { shape, data } = tensors.get('examples')!
      return kNearest({
        values: data as Float32Array, length: shape[1]!, labels: tensors.get('labels')!.data as Int32Array, classes
      }, options)
    }
  },
  'random-forest': {
    title: { en: 'Random forest', zh: '随机森林' },
    load: (state: unknown, tensors: Tensors): Scorer => {
      const { classes, trees } = randomForestSchema.parse(state)
      return forestScorer(loadTrees(trees, tensors), classes)
    }
  }
} satisfies Record<string, { title: Text, load(state: unknown, tensors: Tensors): Scorer }>
export type ScorerKind = keyof typeof scorers
export const isScorer = (kind: string): kind is ScorerKind => Object.hasOwn(scorers, kind)

const stateSchema = z.object({ features: featureChoiceSchema, scorer: z.unknown() })

/** A classical classifier on a network's features. It owns the scorer; the network stays whose it is. */
export function onFeatures(
  kind: ScorerKind, network: Network, choice: FeatureChoice, scorer: Scorer, standardisation: Standardisation | undefined
): Classifier {
  const scaling = standardisation && {
    mean: tf.tensor1d(standardisation.mean), scale: tf.tensor1d(standardisation.scale)
  }
  const logits = (inputs: tf.Tensor4D | tf.Tensor2D): tf.Tensor2D => tf.tidy(() => {
    const features = featuresOf(network, inputs, choice)
    return scorer.logits(scaling ? tf.div(tf.sub(features, scaling.mean), scaling.scale) : features)
  })
  return {
    kind,
    title: scorers[kind].title,
    logits,
    ...(isBackbone(choice) && { ofFeatures: logits }),
    stored: (): Stored => {
      const { state, tensors } = scorer.stored()
      const length = standardisation?.mean.length ?? 0
      return {
        state: { features: choice, scorer: state },
        tensors: new Map<string, StoredTensor>([
          ...[...tensors].map(([name, tensor]) => [`scorer.${name}`, tensor] as const),
          ...(standardisation ? [
            ['mean', { shape: [length], data: standardisation.mean }] as const, ['scale', { shape: [length], data: standardisation.scale }] as const
          ] : [])
        ])
      }
    },
    dispose: () => {
      scorer.dispose()
      if (scaling) tf.dispose(scaling)
    }
  }
}

/** What a file keeps of a classical classifier, in its parts. */
export function readOnFeatures(state: unknown, tensors: Tensors): {
  features: FeatureChoice, scorer: unknown, tensors: Tensors, standardisation: Standardisation | undefined
} {
  const own = new Map([...tensors].flatMap(([name, tensor]) => name.startsWith('scorer.') ? [[name.slice('scorer.'.length), tensor]] : []))
  const mean = tensors.get('mean')?.data as Float32Array | undefined
  return { ...stateSchema.parse(state), tensors: own, standardisation: mean && { mean, scale: tensors.get('scale')!.data as Float32Array } }
}

export function loadOnFeatures(kind: ScorerKind, network: Network, state: unknown, stored: Tensors): Classifier {
  const { features, scorer, tensors, standardisation } = readOnFeatures(state, stored)
  return onFeatures(kind, network, features, scorers[kind].load(scorer, tensors), standardisation)
}
