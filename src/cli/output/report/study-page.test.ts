import { describe, expect, it } from 'vitest'
import type { StudyReport } from '../../../contract/studies'
import { studyText } from './study'
import { studyPage } from './study-page'

const score = (mean: number) => ({ runs: ['R'], done: 1, mean })
const report: StudyReport = {
  id: 'depths', runs: 5, done: 5,
  arms: [{ method: 'feature-transfer', settings: { 'method.params.copied': ['one'] }, score: score(0.3), twins: [], notes: [] }],
  depths: [
    { moved: [], tuned: score(0.12), frozen: score(0.12) }, { moved: ['one'], tuned: score(0.24), frozen: score(0.18) },
    { moved: ['one', 'two'], tuned: score(0.2), frozen: { runs: ['S'], done: 0 } }
  ]
}

describe('a depth-of-transfer curve', () => {
  it('stands in the terminal as a bar a depth, the longest for the best', () => {
    const lines = studyText(report, 'en').split('\n')
    const bars = lines.filter((line) => line.includes('█')).map((line) => line.split('█').length - 1)
    // 24 characters for the best; 0.12/0.24, 0.18/0.24 and 0.20/0.24 of them for the others.
    expect(bars).toEqual([12 + 12, 24 + 18, 20])
    expect(lines.find((line) => line.startsWith('2  two'))).toMatch(/20\.0 % +–$/)
    expect(studyText(report, 'zh')).toContain('迁移的块')
  })

  it('stands in the page as a line each, with the depths that are done', () => {
    const page = studyPage({ report, language: 'en', version: '1.2.3', now: new Date(0) })
    expect(page.match(/<polyline/g)).toHaveLength(2)
    const [tuned, frozen] = [...page.matchAll(/points="([^"]*)"/g)].map(([, points]) => points!.split(' ').length)
    expect([tuned, frozen]).toEqual([3, 2])
    expect(page).toContain('0 none · 1 one · 2 two')
    expect(page).not.toContain('<script')
  })

  it('is left out of a study that draws none', () => {
    const { depths: _, ...other } = report
    expect(studyText(other, 'en')).not.toContain('blocks moved')
    expect(studyPage({ report: other, language: 'en', version: '1.2.3', now: new Date(0) })).not.toContain('<svg')
  })
})
