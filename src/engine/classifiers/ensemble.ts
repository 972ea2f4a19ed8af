import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { networkDefinitionSchema, type NetworkDefinition } from '../network/definition'
import { answersOf } from '../network/answers'
import { graphRuntimesOf, prepareGraphs } from '../network/graph-runtimes'
import { Network } from '../network/network'
import type { Classifier, Stored, StoredTensor } from './classifier'

const stateSchema = z.object({
  classes: z.array(z.string()), inputsFor: networkDefinitionSchema, members: z.array(networkDefinitionSchema)
})

/**
 * Several networks that answer together: the mean of their probabilities (Hansen and Salamon 1990; Lakshminarayanan et
 * al. 2017). It owns its members.
 * @param inputsFor the network that images are normalised for
 */
export function ensemble(members: readonly Network[], classes: readonly string[], inputsFor: NetworkDefinition): Classifier {
  const answers = members.map((member) => answersOf(member, classes, inputsFor))
  return {
    kind: 'ensemble',
    title: { en: `Ensemble of ${members.length}`, zh: `${members.length} 个模型的集成` },
    logits: (inputs) => tf.tidy(() => {
      const probabilities = answers.map((answer) => tf.softmax(answer(inputs)))
      return tf.log(tf.maximum(tf.div(tf.addN(probabilities), members.length), 1e-12)) as tf.Tensor2D
    }),
    stored: (): Stored => ({
      state: { classes, inputsFor, members: members.map(({ definition }) => definition) },
      tensors: new Map(members.flatMap((member, index) => [...member.weights].map(([name, variable]): [string, StoredTensor] =>
        [`${index}/${name}`, { shape: variable.shape, data: variable.dataSync<'float32'>() }])))
    }),
    dispose: () => { for (const member of members) member.dispose() }
  }
}

/** What a file keeps of an ensemble: its members' definitions and weights. */
export function readEnsemble(state: unknown, tensors: ReadonlyMap<string, StoredTensor>): {
  classes: readonly string[], inputsFor: NetworkDefinition
  members: { definition: NetworkDefinition, weights: ReadonlyMap<string, { shape: readonly number[], data: Float32Array }> }[]
} {
  const { classes, inputsFor, members } = stateSchema.parse(state)
  return {
    classes, inputsFor,
    members: members.map((definition, index) => ({
      definition,
      weights: new Map([...tensors].flatMap(([name, { shape, data }]) =>
        name.startsWith(`${index}/`) ? [[name.slice(`${index}/`.length), { shape, data: data as Float32Array }]] : []))
    }))
  }
}

export async function loadEnsemble(state: unknown, tensors: ReadonlyMap<string, StoredTensor>): Promise<Classifier> {
  const { classes, inputsFor, members } = readEnsemble(state, tensors)
  await prepareGraphs(members.flatMap(({ definition }) => graphRuntimesOf(definition)))
  return ensemble(members.map(({ definition, weights }) =>
    Network.fromWeights(definition, new Map([...weights].map(([name, { data }]) => [name, data])))), classes, inputsFor)
}
