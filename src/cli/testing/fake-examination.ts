import { examinationWantedSchema, type Examination, type ExaminationWanted } from '../../contract/examinations'
import { findingWords } from '../../rules/examination/words'

/** An examination without a look: one label that is likely wrong. */
export function fakeExamination(asked: ExaminationWanted): Examination {
  return {
    wanted: examinationWantedSchema.parse(asked), name: 'Mine', classes: ['cat', 'dog'], looked: { train: { count: 12, of: 12, labels: true } },
    findings: [{
      id: 'label-errors', ...findingWords('label-errors', { count: 1, of: 12, accuracy: 0.9 }), count: 1,
      suspects: [{ split: 'train', position: 3, label: 0, suggested: 1, confidence: 0.97 }]
    }],
    remarks: [{ en: 'Nothing else.', zh: '别无其他。' }], cached: true, seconds: 0.5, at: '2026-01-01T00:00:00.000Z'
  }
}
