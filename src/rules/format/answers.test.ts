import { expect, it } from 'vitest'
import type { AnswerList } from '../../contract/answer-lists'
import { answersCsv, mistakesIn } from './answers'

const list: AnswerList = {
  dataset: 'animals', split: 'test', classes: ['cat', 'dog, wet'], positions: [0, 4], files: ['test/cat/1.png', 'test/dog, wet/=1.png'], truth: [0, 1],
  runs: [{ id: 'a', name: 'First', predicted: [1, 0], confidence: [0.6, 0.75] }]
}

it('a table of answers has a line for each image, with the file that it was', () => {
  expect(answersCsv(list)).toBe([
    '\ufefffile,split,position,true,predicted,right,confidence',
    'test/cat/1.png,test,0,cat,"dog, wet",no,0.6000',
    '"test/dog, wet/=1.png",test,4,"dog, wet",cat,no,0.7500', ''
  ].join('\r\n'))
})

it('has columns for each of several runs, and none for files where there were none', () => {
  const two = answersCsv({ ...list, files: null, runs: [list.runs[0]!, { id: 'b', name: 'Second', predicted: [0, 1], confidence: null }] })
  expect(two.split('\r\n')[0]).toBe('\ufeffsplit,position,true,predicted (First),right (First),confidence (First),predicted (Second),right (Second)')
  expect(two.split('\r\n')[1]).toBe('test,0,cat,"dog, wet",no,0.6000,cat,yes')
})

it('finds mistakes, the surest first', () => {
  expect(mistakesIn(list)).toEqual([1, 0])
  expect(mistakesIn({ ...list, runs: [{ id: 'b', name: 'b', predicted: [0, 0], confidence: null }] })).toEqual([1])
})
