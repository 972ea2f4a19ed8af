import { crossEntropy } from '../maths/cross-entropy'
import { generalisationDefaults, generalisationNeeds, generalise } from './shared/generalisation'
import { defineMethod } from './shared/method'
import { trainedParameter } from './shared/trained-blocks'

/**
 * Vapnik 1998: the mean loss over the images of all source domains. As DomainBed does it (Gulrajani and Lopez-Paz 2021,
 * arXiv:2007.01434), every step holds as many images of each domain. The control of this family.
 */
export const erm = defineMethod({
  id: 'erm',
  title: { en: 'ERM', zh: 'ERM（经验风险最小化）' },
  summary: {
    en: 'Trains on all source domains alike and on no image of the target: empirical risk minimisation. The control that every generalisation has to beat.',
    zh: '均衡地使用所有源域训练，不使用目标图像：经验风险最小化。这是每种域泛化都必须胜过的对照。'
  },
  sentence: {
    en: 'Train {source} on the labelled images of all source domains alike and use it on {target}, which it has not seen.',
    zh: '均衡地用所有源域的带标签图像训练 {source}，并用于从未见过的 {target}。'
  },
  reference: 'Vapnik 1998; Gulrajani and Lopez-Paz 2021',
  family: 'generalisation',
  blocks: 'copied',
  needs: generalisationNeeds,
  parameters: trainedParameter,
  trainingDefaults: generalisationDefaults,
  recipe: { classWeights: true },
  create: (context, { trainedBlocks }) => generalise(context, ({ inputs, labels, classWeights, forward }) => {
    const { logits } = forward(inputs)
    return { losses: { total: crossEntropy(logits, labels, classWeights) }, logits }
  }, { trainedBlocks })
})
