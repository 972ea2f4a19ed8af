import { expect, it } from 'vitest'
import { sectionInView } from './sections'

it('marks the section whose top passed under the line last, and at the end of the page the one that was asked for', () => {
  const page = { height: 700, atEnd: false }
  expect(sectionInView([10, 300, 900], page)).toBe(0)
  expect(sectionInView([-400, 20, 500], page)).toBe(1)
  expect(sectionInView([40, 300], page)).toBe(0)
  expect(sectionInView([-900, -200, 100, 400], { ...page, atEnd: true })).toBe(3)
  expect(sectionInView([-900, -200, 100, 400], { ...page, atEnd: true, asked: 2 })).toBe(2)
  // What was asked for is no longer on the screen.
  expect(sectionInView([-900, -200, 100, 400], { ...page, atEnd: true, asked: 0 })).toBe(3)
})
