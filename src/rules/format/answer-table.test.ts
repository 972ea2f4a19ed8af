import { describe, expect, it } from 'vitest'
import type { AnsweredFile } from '../../contract/predictions'
import { answerTable, bySureness, labelTable } from './answer-table'

const unreadable: AnsweredFile = { file: 'notes.png', error: { code: 'image-unreadable', message: { en: 'Cut off, it seems.', zh: '' } } }
const rows: AnsweredFile[] = [
  { file: 'a/1.png', class: 'cat', confidence: 0.62, noneOfThese: true }, unreadable, { file: '=2.png', class: '-dog, wet', confidence: 0.98765 }, { file: '3.png', class: 'cat', confidence: 0.3, unlike: true }
]

describe('a table of answers', () => {
  it('is sorted by sureness either way, with what could not be read last', () => {
    const names = (first: AnsweredFile[]): string[] => first.map(({ file }) => file)
    expect(names(bySureness(rows))).toEqual(['=2.png', 'a/1.png', '3.png', 'notes.png'])
    expect(names(bySureness(rows, true))).toEqual(['3.png', 'a/1.png', '=2.png', 'notes.png'])
  })

  it('has what a person made of the class beside what the model said, and no formula', () => {
    const made = new Map<string, string | null>([['a/1.png', 'fox'], ['3.png', null]])
    expect(answerTable(rows, (file) => made.get(file)).split('\r\n')).toEqual([
      '\ufefffile,class,answer,confidence,none_of_these,problem,unlike',
      'a/1.png,fox,cat,0.6200,yes,,',
      'notes.png,,,,,"Cut off, it seems.",',
      './=2.png,"\'-dog, wet","\'-dog, wet",0.9877,,,',
      '3.png,,cat,0.3000,,,yes',
      ''
    ])
    expect(labelTable([{ file: '-1.png', class: '+1' }])).toBe('file,class\n./-1.png,\'+1\n')
  })
})
