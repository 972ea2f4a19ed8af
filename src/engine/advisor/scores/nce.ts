import { defineScore } from './score'

/** Tran et al. 2019, arXiv:1908.08142: minus the entropy of the target's class given the class that the source's head names. As in tllib/ranking/nce.py. */
export const nce = defineScore({
  id: 'nce',
  title: { en: 'NCE', zh: 'NCE' },
  means: {
    en: 'How much the class that the source\'s own head names says about the target\'s class.',
    zh: '源模型自身分类头给出的类别能说明多少目标类别的信息。'
  },
  reference: 'Tran et al. 2019',
  compute: ({ labels, classes, outputs, outputClasses }) => {
    if (!outputs || outputClasses === undefined) return undefined
    const count = labels.length
    const joint = new Float64Array(outputClasses * classes)
    const totals = new Float64Array(outputClasses)
    for (let image = 0; image < count; image++) {
      const said = largest(outputs, image * outputClasses, outputClasses)
      joint[said * classes + labels[image]!]! += 1 / count
      totals[said]! += 1 / count
    }
    let entropy = 0
    for (let source = 0; source < outputClasses; source++) {
      if (totals[source] === 0) continue
      for (let target = 0; target < classes; target++) {
        const share = joint[source * classes + target]! / totals[source]! + 1e-20
        entropy -= totals[source]! * share * Math.log(share)
      }
    }
    return -entropy
  }
})

/** Place of the largest of some values. */
function largest(values: Float64Array, start: number, length: number): number {
  let best = 0
  for (let index = 1; index < length; index++) if (values[start + index]! > values[start + best]!) best = index
  return best
}
