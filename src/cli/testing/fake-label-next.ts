import { labelNextWantedSchema, type LabelNext, type LabelNextWanted } from '../../contract/labelling'

/** Two pictures to label, without a look: one with a guess and one without. */
export function fakeLabelNext(asked: LabelNextWanted): LabelNext {
  return {
    wanted: labelNextWantedSchema.parse(asked), name: 'Mine', classes: ['cat', 'dog'], how: 'typical', why: { en: 'They stand for many.', zh: '它们代表许多图像。' },
    pictures: [{ split: 'unlabelled', position: 1, guess: 'dog', confidence: 0.75 }, { split: 'unlabelled', position: 0 }],
    waiting: 2, looked: 2, labelled: 6, cached: true, seconds: 0.5, at: '2026-01-01T00:00:00.000Z'
  }
}
