import type { Dataset } from '../../contract/datasets'
import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { Spec } from '../../contract/runs'
import { countOf, overlap } from '../domains'
import { problem, type SpecFacts } from '../facts'
import { labelsSeen } from './learned-from'

/**
 * What is wrong with the images that a spec is tested on, where they are not the test split.
 * @param before specs of the runs that its source comes of
 */
export function checkTestSplit(
  method: MethodSummary, { source, target }: Spec, dataset: Dataset, before: SpecFacts['before'] = []
): ErrorValue[] {
  const { testSplit: tested = 'test', domain, labels } = target
  if (tested === 'test') return []
  const field = 'target.testSplit'
  const choice = domain === undefined ? undefined : { only: domain }
  if (tested === 'validation' && countOf(dataset, 'validation', choice) === 0) {
    return [problem(
      'no-test-images', field,
      { en: `“${dataset.name}” has no validation images to be tested on${domain === undefined ? '' : ` in “${domain}”`}.`,
        zh: `“${dataset.name}”${domain === undefined ? '' : `的“${domain}”`}没有可用于测试的验证图像。` },
      { en: 'Test on its test images, or without labels on all of them.', zh: '请在测试图像上测试，或在不使用标签时在全部图像上测试。' }
    )]
  }
  const splits = tested === 'validation' ? ['validation'] as const : ['train', 'validation', 'test'] as const
  if (splits.some((split) => dataset.splits[split]?.perClass === undefined && countOf(dataset, split, choice) > 0)) {
    return [problem(
      'no-labels', field,
      { en: `Pictures of “${dataset.name}” that it would be tested on have no labels: there would be no score.`,
        zh: `“${dataset.name}”中要用于测试的部分图像没有标签，无法得到分数。` },
      { en: 'Test on the test images, or choose a data set that is labelled throughout.', zh: '请在测试图像上测试，或选择全部带标签的数据集。' }
    )]
  }
  if (tested === 'all' && labels !== 'none') {
    return [problem(
      'tested-on-learned', field,
      { en: 'All pictures of the target cannot be tested on where it learns from their labels.', zh: '在使用目标标签学习时，不能在目标的全部图像上测试。' },
      { en: 'Grant no labels, or test on the test images.', zh: '请不授予标签，或在测试图像上测试。' }
    )]
  }
  if (method.needs.sourceData && source.dataset === target.dataset && domain === undefined) {
    return [problem(
      'tested-on-learned', field,
      { en: `Source and target are both all of “${dataset.name}”: it would be tested on what it learns from or is chosen by.`,
        zh: `源与目标都是整个“${dataset.name}”：会在学习或选择轮次所用的图像上测试。` },
      { en: 'Name a domain to leave out as the target, or test on the test images.', zh: '请指定一个要留出的域作为目标，或在测试图像上测试。' }
    )]
  }
  if (before.flatMap(labelsSeen).some((seen) => seen.dataset === target.dataset && overlap(dataset, seen.choice, choice))) {
    return [problem(
      'tested-on-learned', field,
      { en: `The source has learned from labels of “${dataset.name}”: it would be tested on what its source learned from or was chosen by.`,
        zh: `源模型已使用“${dataset.name}”的标签学习过：会在其学习或选择轮次所用的图像上测试。` },
      { en: 'Test on the test images, or take a source that has not learned from this data set.', zh: '请在测试图像上测试，或选择未使用该数据集学习过的源模型。' }
    )]
  }
  if (tested === 'validation' && method.needs.validation) {
    return [problem(
      'needs-validation', field,
      { en: `${method.title.en} chooses by the validation images, so it cannot be tested on them.`, zh: `“${method.title.zh}”依据验证图像进行选择，因此不能在其上测试。` },
      { en: 'Test on the test images, or choose a method that does not choose.', zh: '请在测试图像上测试，或选择无需挑选的方法。' }
    )]
  }
  return []
}
