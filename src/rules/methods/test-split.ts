import type { Dataset } from '../../contract/datasets'
import type { ErrorValue } from '../../contract/errors'
import type { MethodSummary } from '../../contract/methods'
import type { Spec } from '../../contract/runs'
import { countOf } from '../domains'
import { problem } from '../facts'

/** What is wrong with the images that a spec is tested on, where they are not the test split. */
export function checkTestSplit(method: MethodSummary, { source, target }: Spec, dataset: Dataset): ErrorValue[] {
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
  if (tested === 'validation' && method.needs.validation) {
    return [problem(
      'needs-validation', field,
      { en: `${method.title.en} chooses by the validation images, so it cannot be tested on them.`, zh: `“${method.title.zh}”依据验证图像进行选择，因此不能在其上测试。` },
      { en: 'Test on the test images, or choose a method that does not choose.', zh: '请在测试图像上测试，或选择无需挑选的方法。' }
    )]
  }
  return []
}
