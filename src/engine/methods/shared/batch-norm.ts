import * as tf from '@tensorflow/tfjs-core'
import type { Network } from '../../network/network'
import type { FitStage, ParameterGroup } from '../../training/stage'

/** The scales and shifts of the batch normalisations, a group a block that has any. */
export function scaleGroups(network: Network): ParameterGroup[] {
  return network.blockNames.map((name) => ({
    name, learningRateFactor: 1,
    variables: new Map([...network.trainableOf(name)].filter(([weight]) => /\.(gamma|beta)$/.test(weight)))
  })).filter(({ variables }) => variables.size > 0)
}

/** What the method's `needs` has refused before anything started. */
export function assertNormalised({ movingStatistics }: Network): void {
  if (movingStatistics.size === 0) throw new Error('This method works on batch normalisation, and the network has none')
}

/** Copies of a network's moving statistics for another domain to have its own; whoever asks disposes of them. */
export function ownStatistics(network: Network, domain: string): ReadonlyMap<string, tf.Variable> {
  return new Map([...network.movingStatistics].map(([name, variable]) =>
    [name, tf.tidy(() => tf.variable(tf.clone(variable), false, `${domain} of ${variable.name}`))]))
}

/**
 * Replaces the network's moving statistics by those of the unlabelled target images: the mean over all batches of one
 * pass, each batch weighted by its size.
 */
export function targetStatisticsStage(network: Network): FitStage {
  return {
    kind: 'fit',
    name: { en: 'Target statistics', zh: '目标统计量' },
    streams: ['target-unlabelled'],
    fit: async ({ streams, signal, onProgress }) => {
      const source = streams['target-unlabelled']!
      let seen = 0
      for (let step = 0; step < source.stepsPerEpoch; step++) {
        signal.throwIfAborted()
        const { inputs, positions } = await source.next(0, step)
        // A lone image has no variance to tell of.
        if (positions.length > 1 || source.stepsPerEpoch === 1) {
          seen += positions.length
          const statisticsMomentum = positions.length / seen
          tf.tidy(() => { network.forward(inputs as tf.Tensor4D, { training: true, dropout: false, statisticsMomentum }) })
        }
        inputs.dispose()
        onProgress(step + 1, source.stepsPerEpoch)
      }
    }
  }
}
