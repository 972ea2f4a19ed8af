import { splitNames } from '../../contract/datasets'
import { GraftError } from '../../contract/errors'
import type { Answers, AnswersWanted, Run } from '../../contract/runs'
import { positionsOf } from '../datasets/domain-view'
import { startOf } from '../datasets/through-splits'
import type { Library } from '../library'
import { readTestLabels, readTestPredictions } from './tested'

/**
 * The test images of one class, or those of it that the run took for another, by their positions in the whole test
 * split (or through all splits, where all were tested on): what a bar or a cell of its evaluation stands for. Mistakes come first, each part in the split's order.
 * @throws `run-not-found`, `pictures-gone`, `predictions-gone`, `predictions-damaged`, `file-damaged`
 */
export async function answersOf(library: Pick<Library, 'datasets' | 'runs'>, { id, truth, predicted }: AnswersWanted): Promise<Answers> {
  const run = await library.runs.get(id)
  const labels = await readTestLabels(library, run)
  if (!labels) throw picturesGone(run)
  const predictions = await readTestPredictions(library, run, labels)
  if (predictions?.length !== labels.length) throw predictionsGone(run)
  const positions = await testPositions(library, run)
  const images = [...labels.keys()].filter((image) => labels[image] === truth && (predicted === undefined || predictions[image] === predicted))
  const wrongFirst = [...images.filter((image) => predictions[image] !== truth), ...images.filter((image) => predictions[image] === truth)]
  return {
    dataset: run.spec.target.dataset,
    split: run.spec.target.testSplit ?? 'test',
    positions: wrongFirst.map((image) => positions?.[image] ?? image),
    predicted: wrongFirst.map((image) => predictions[image]!)
  }
}

/**
 * Where the images that a run was tested on lie in the whole split, or through all splits where all were tested on, if the
 * target is one domain; undefined where it is the whole.
 */
export async function testPositions({ datasets }: Pick<Library, 'datasets'>, { spec: { target } }: Run): Promise<Int32Array | undefined> {
  if (target.domain === undefined) return undefined
  const reader = await datasets.open(target.dataset)
  try {
    const { testSplit: tested = 'test' } = target
    const choice = { only: target.domain }
    if (tested !== 'all') return await positionsOf(reader, tested, choice)
    const present = splitNames.filter((split) => reader.countOf(split) > 0)
    const parts = await Promise.all(present.map(async (split) =>
      [...await positionsOf(reader, split, choice)].map((position) => startOf(reader.dataset, split) + position)))
    return Int32Array.from(parts.flat())
  } finally {
    await reader.close()
  }
}

const picturesGone = ({ names }: Run): GraftError => new GraftError('pictures-gone', {
  en: `The pictures that this run was tested on are not here: “${names.target}” was deleted or has changed.`,
  zh: `此运行测试所用的图像已不在：“${names.target}”已被删除或更改。`
}, {
  remedy: { en: 'Import the same data under the same id, or run it again on what is there now.', zh: '请以相同标识重新导入相同的数据，或在现有数据上重新运行。' }
})
const predictionsGone = ({ name }: Run): GraftError => new GraftError('predictions-gone', {
  en: `“${name}” kept no prediction for each test image.`,
  zh: `“${name}”未保存每张测试图像的预测。`
}, { remedy: { en: 'Repeat the run: it keeps them then.', zh: '请重新运行：届时会保存。' } })
