import type { Dataset, SplitName } from '../../contract/datasets'
import type { ErrorValue } from '../../contract/errors'
import { fewestPictures } from '../../contract/feature-maps'

const splits = ['test', 'validation', 'train'] as const

/** The split whose pictures a look into models takes, or why there is none: what has to change before another try can help. */
export function splitToLookAt({ name, splits: has }: Pick<Dataset, 'name' | 'splits'>): { split: SplitName } | { problem: ErrorValue } {
  const split = splits.find((each) => (has[each]?.count ?? 0) >= fewestPictures)
  if (split) return { split }
  const most = Math.max(...splits.map((each) => has[each]?.count ?? 0))
  return {
    problem: {
      code: 'too-few-images', field: 'dataset', usage: true,
      message: {
        en: `It takes ${fewestPictures} pictures to see anything of a model; “${name}” has ${most} at most in one split.`,
        zh: `至少需要 ${fewestPictures} 张图像才能看出模型的特点；“${name}”的单个部分最多有 ${most} 张。`
      },
      remedy: { en: 'Add the data set again with more pictures.', zh: '请用更多图像重新添加数据集。' }
    }
  }
}
