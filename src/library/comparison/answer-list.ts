import type { AnswerList } from '../../contract/answer-lists'
import { GraftError } from '../../contract/errors'
import type { Run } from '../../contract/runs'
import type { Library } from '../library'
import { testPositions } from './answers'
import { pairedAnswers, readTestConfidences } from './tested'

type Shelf = Pick<Library, 'datasets' | 'runs'>

/**
 * What runs took each test image for, with the file that it was.
 * @throws `run-not-found`; `not-comparable` with the reason where the answers are gone, or are not to the same images
 */
export async function answerListOf(library: Shelf, ids: readonly string[]): Promise<AnswerList> {
  const runs = await Promise.all(ids.map((id) => library.runs.get(id)))
  const answers = await pairedAnswers(library, runs)
  if ('reason' in answers) {
    throw answers.damaged ?? new GraftError('not-comparable', answers.reason, {
      remedy: { en: 'Repeat the run on what is there now.', zh: '请在现有数据上重新运行。' }
    })
  }
  const { labels, predictions } = answers
  const [first] = runs as [Run, ...Run[]]
  const positions = [...await testPositions(library, first) ?? labels.keys()]
  const { dataset, testSplit: split = 'test' } = first.spec.target
  return {
    dataset, split, positions, ...await picturesOf(library, { dataset, split, positions }), truth: [...labels],
    runs: await Promise.all(runs.map(async (run, index) => {
      const confidence = await readTestConfidences(library, run)
      return {
        id: run.id, name: run.name, predicted: [...predictions[index]!],
        confidence: confidence?.length === labels.length ? [...confidence] : null
      }
    }))
  }
}

async function picturesOf(
  { datasets }: Shelf, { dataset, split, positions }: Pick<AnswerList, 'dataset' | 'split' | 'positions'>
): Promise<Pick<AnswerList, 'classes' | 'files'>> {
  const reader = await datasets.open(dataset)
  try {
    return { classes: reader.dataset.classes, files: reader.hasNames(split) ? await reader.readNames(split, positions) : null }
  } finally {
    await reader.close()
  }
}
