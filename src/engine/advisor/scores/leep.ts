import { defineScore } from './score'

/** Nguyen et al. 2020, arXiv:2002.12462: mean log-likelihood of the labels when each source class says how the target classes divide it. As in tllib/ranking/leep.py. */
export const leep = defineScore({
  id: 'leep',
  title: { en: 'LEEP', zh: 'LEEP' },
  means: {
    en: 'How well the target\'s classes follow from what the source\'s own head says of the images.',
    zh: '由源模型自身分类头的输出推断目标类别的程度。'
  },
  reference: 'Nguyen et al. 2020',
  compute: ({ labels, classes, outputs, outputClasses }) => {
    if (!outputs || outputClasses === undefined) return undefined
    const joint = new Float64Array(classes * outputClasses)
    const totals = new Float64Array(outputClasses)
    for (let index = 0; index < outputs.length; index++) {
      const source = index % outputClasses
      joint[labels[(index - source) / outputClasses]! * outputClasses + source]! += outputs[index]!
      totals[source]! += outputs[index]!
    }
    let sum = 0
    for (let image = 0; image < labels.length; image++) {
      let likelihood = 0
      for (let source = 0; source < outputClasses; source++) {
        if (totals[source]! > 0) likelihood += outputs[image * outputClasses + source]! * joint[labels[image]! * outputClasses + source]! / totals[source]!
      }
      sum += Math.log(likelihood)
    }
    return sum / labels.length
  }
})
