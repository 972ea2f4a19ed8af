import type { MethodNeeds } from '../contract/methods'
import type { Run, Spec } from '../contract/runs'
import type { Text } from '../contract/text'
import { isFresh } from './refs'

type Tested = Pick<Run, 'spec' | 'dataHashes'>

/** SHA-256 of the images and of the labels that a run was tested on. */
export function testHashes({ spec, dataHashes }: Tested): (string | undefined)[] {
  return ['images', 'labels'].map((part) => dataHashes[`${spec.target.dataset}/test/${part}`])
}

/**
 * Whether two runs were tested on the same images and labels, by their hashes: a data set can be imported anew under the
 * same id between them. What is not on record is not known to be the same.
 */
export function testedOnSameImages(first: Tested, second: Tested): boolean {
  const others = testHashes(second)
  return testHashes(first).every((hash, part) => hash !== undefined && hash === others[part])
}

/** What a run was tested on, where that is not the target's test split; beside every figure that comes of it. */
export function testedWords({ source, target: { testSplit } }: Pick<Spec, 'source' | 'target'>): Text | undefined {
  // Of what a trained source had learned before, the spec tells nothing.
  const fresh = isFresh(source.model)
  switch (testSplit) {
    case 'validation': return fresh
      ? { en: 'Tested on the validation images; they chose no epoch.', zh: '在验证图像上测试；它们未用于选择轮次。' }
      : { en: 'Tested on the validation images; they chose no epoch of this run.', zh: '在验证图像上测试；它们未用于选择本次运行的轮次。' }
    case 'all': return fresh ? {
      en: 'Tested on all pictures of the target, those of its training split too; it learned from none of their labels.',
      zh: '在目标的全部图像（包括训练部分）上测试；没有使用它们的任何标签进行学习。'
    } : {
      en: 'Tested on all pictures of the target, those of its training split too. This run used none of their labels; what its source had learned from before is not looked at here.',
      zh: '在目标的全部图像（包括训练部分）上测试。本次运行没有使用它们的任何标签；源模型此前用过哪些标签，此处不作说明。'
    }
    default: return undefined
  }
}

/** The same with whether the method saw the training pictures without their labels. */
export function testedNote(spec: Pick<Spec, 'source' | 'target'>, needs: Pick<MethodNeeds, 'targetImages'>): Text | undefined {
  const words = testedWords(spec)
  if (!words || spec.target.testSplit !== 'all' || needs.targetImages !== true) return words
  return { en: `${words.en} The training pictures were seen without labels.`, zh: `${words.zh}训练部分的图像在无标签的情况下参与了训练。` }
}
