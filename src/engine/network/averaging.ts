import * as tf from '@tensorflow/tfjs-core'
import type { Network } from './network'

/**
 * Gives a network the weighted mean of others of its shape, weight by weight, moving statistics included (as
 * state dictionaries are averaged; Wortsman et al. 2022, section 2).
 * @param shares of each network, summing to 1; equal when absent
 */
export function assignMean(into: Network, networks: readonly Network[], shares?: readonly number[]): void {
  for (const [name, weight] of into.weights) {
    const mean = tf.tidy(() => {
      const values: tf.Tensor[] = networks.map(({ weights }) => weights.get(name)!)
      if (!shares) return tf.div(tf.addN(values), values.length)
      return tf.addN(values.map((value, index) => tf.mul(value, shares[index]!)))
    })
    weight.assign(mean)
    mean.dispose()
  }
}

/** In what two networks differ so that their weights cannot be averaged; undefined where they can. */
export function shapeDifference(first: Network, other: Network): 'architecture' | 'input' | 'classes' | 'weights' | undefined {
  const [one, two] = [first.definition, other.definition]
  const alike = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  if (one.architecture !== two.architecture || !alike(one.options, two.options)) return 'architecture'
  if (!alike([one.input, one.normalisation], [two.input, two.normalisation])) return 'input'
  if (!alike(one.classes, two.classes)) return 'classes'
  const shapes = ({ weights }: Network) => [...weights].map(([name, { shape }]) => [name, shape])
  return alike(shapes(first), shapes(other)) ? undefined : 'weights'
}
