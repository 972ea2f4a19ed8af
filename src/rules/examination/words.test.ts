import { describe, expect, it } from 'vitest'
import { examinationWantedSchema } from '../../contract/examinations'
import { examinationRemarks, findingWords } from './words'

const remarks = (change: Partial<Parameters<typeof examinationRemarks>[0]>): string => examinationRemarks({
  wanted: examinationWantedSchema.parse({ dataset: 'digits' }), labelled: true, hasTest: true, lookedAt: 100, all: 200, evenly: true, smallClasses: [],
  judged: true, usual: [], drawings: false, allPairs: true, accuracy: 0.9, ...change
}).map(({ en }) => en).join(' ')

describe('what an examination says', () => {
  it('of how pictures were drawn is so', () => {
    expect(remarks({})).toContain('100 of 200 pictures were looked at, all classes evenly.')
    expect(remarks({ evenly: false })).toContain('all classes evenly where labels were read, at random elsewhere.')
    expect(remarks({ evenly: false, labelled: false })).toContain('100 of 200 pictures were looked at, drawn at random.')
    expect(remarks({ lookedAt: 200, evenly: false })).not.toContain('were looked at, ')
  })

  it('of copies names the test only where they lie in it', () => {
    const title = (inTest: boolean): string => findingWords('copies-across-splits', { count: 1, of: 10, inTest }).title.en
    expect([title(true), title(false)]).toEqual(['The same picture in training and in the test', 'The same picture in several splits'])
  })
})
