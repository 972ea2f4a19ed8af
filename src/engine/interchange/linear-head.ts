import type { StoredClassifier } from '../classifiers'
import { readOnFeatures } from '../classifiers/on-features'
import type { Layer } from '../network/definition'
import { blockOutputSize, weightShapes, type Size } from '../network/shapes'
import { blocksFor } from './shared/feature-blocks'
import type { StoredNetwork } from './shared/stored-network'

/**
 * A network whose head is a logistic regression on its features: what the regression is, with the scaling of its features in the weights.
 * Every format takes it, as it takes a network that was trained.
 */
export function withLinearHead({ definition, weights }: StoredNetwork, { state, tensors }: StoredClassifier): StoredNetwork {
  const { features: choice, tensors: own, standardisation } = readOnFeatures(state, tensors)
  const { shape: [length, classes], data } = own.get('kernel') as { shape: [number, number], data: Float32Array }
  const kernel = Float32Array.from(data, (weight, place) => weight / (standardisation?.scale[Math.floor(place / classes)] ?? 1))
  const bias = Float64Array.from(own.get('bias')!.data)
  if (standardisation) {
    for (let place = 0; place < kernel.length; place++) bias[place % classes]! -= kernel[place]! * standardisation.mean[Math.floor(place / classes)]!
  }
  const blocks = [...blocksFor(definition, choice)]
  const size = blocks.reduce<Size>((input, block) => blockOutputSize(block, input), definition.input)
  if (size.length === 3) {
    const last: Layer = choice.average && !choice.pixels ? { kind: 'global-average-pooling', name: 'average' } : { kind: 'flatten', name: 'flatten' }
    blocks.push({ name: 'features', title: 'Features', layers: [last] })
  }
  const head = { name: 'head', title: 'Head', layers: [{ kind: 'dense' as const, name: 'dense', units: classes, bias: true }] }
  const whole = { ...definition, blocks, head }
  const all = new Map([
    ...weights, ['head.dense.kernel', { shape: [length, classes], data: kernel }], ['head.dense.bias', { shape: [classes], data: Float32Array.from(bias) }]
  ])
  return { definition: whole, weights: new Map(weightShapes(whole).map(({ name }) => [name, all.get(name)!])) }
}
