import { describe, expect, it } from 'vitest'
import { decimal, readNumber, stepNumber } from './number-text'
import { groupedOptions, matchingOptions } from './picker'
import { sortedRows } from './table'
import { tileSize } from './tile-size'

describe('a number field', () => {
  it('reads what people type', () => {
    expect(readNumber(' 0,01 ', {})).toEqual({ value: 0.01 })
    expect(readNumber('１２', { integer: true })).toEqual({ value: 12 })
    expect(readNumber('1,000', { integer: true })).toEqual({ value: 1000 })
    expect(readNumber('-12,345.5', {})).toEqual({ value: -12345.5 })
    expect(readNumber('0,125', {})).toEqual({ value: 0.125 })
    expect(readNumber('1e-3', {})).toEqual({ value: 0.001 })
    expect(readNumber('−3', {})).toEqual({ value: -3 })
  })

  it('says what is wrong', () => {
    expect(readNumber('', {})).toEqual({ problem: 'required' })
    expect(readNumber('ten', {})).toEqual({ problem: 'number' })
    expect(readNumber('1.5', { integer: true })).toEqual({ problem: 'integer' })
    expect(readNumber('0', { minimum: 1, maximum: 10 })).toEqual({ problem: 'range' })
  })

  it('steps by one, by a ladder on a logarithmic scale, and never past its limits', () => {
    expect(stepNumber(10, 1, { integer: true, maximum: 10 })).toBe(10)
    expect(stepNumber(0.01, 1, { logarithmic: true })).toBe(0.02)
    expect(stepNumber(0.01, -1, { logarithmic: true })).toBe(0.005)
    const weight = { logarithmic: true, minimum: 0, maximum: 1000 }
    expect([0, 0.001, 0.5].map((value) => stepNumber(value, 1, weight))).toEqual([0.001, 0.002, 1])
    expect([0, 0.001, 0.002].map((value) => stepNumber(value, -1, weight))).toEqual([0, 0, 0.001])
    expect(stepNumber(0.3, 1, { minimum: 0, maximum: 1 })).toBe(0.4)
  })

  it('tells a screen reader numbers without powers of ten', () => {
    expect(decimal(1e-7)).toBe('0.0000001')
    expect(decimal(10)).toBe('10')
    expect(decimal(undefined)).toBeUndefined()
  })
})

describe('a picker', () => {
  const options = [
    { value: 'a', label: 'Fine-tuning', group: 'Parameters', keywords: 'Yosinski 2014' },
    { value: 'b', label: 'From scratch', group: 'Baselines' },
    { value: 'c', label: 'Linear probe', group: 'Parameters' }
  ]

  it('finds by every word, in any of the texts', () => {
    expect(matchingOptions(options, 'param yos').map(({ value }) => value)).toEqual(['a'])
    expect(matchingOptions(options, '').length).toBe(3)
    // What is called so stands before what only mentions it.
    const told = [{ value: 'bss', label: 'Shrinkage', description: 'features that do not transfer' }, { value: 'ft', label: 'Feature transfer' }]
    expect(matchingOptions(told, 'feature transfer').map(({ value }) => value)).toEqual(['ft', 'bss'])
    expect(matchingOptions(options, 'zzz')).toEqual([])
  })

  it('has the very name before what begins so, and what only leads somewhere before what changes something', () => {
    const found = [
      { value: 'dark', label: 'Theme: dark', changes: true }, { value: 'page', label: 'Theme park' }, { value: 'field', label: 'Theme' },
      { value: 'light', label: 'Light', keywords: 'theme', changes: true }, { value: 'look', label: 'Look', keywords: 'theme' }
    ]
    expect(matchingOptions(found, 'theme').map(({ value }) => value)).toEqual(['field', 'page', 'dark', 'look', 'light'])
    expect(matchingOptions(found, 'theme dark')[0]?.value).toBe('dark')
  })

  it('keeps the groups in the order they come', () => {
    expect(groupedOptions(options).map(({ group, options: list }) => [group, list.length])).toEqual([['Parameters', 2], ['Baselines', 1]])
  })
})

describe('a table', () => {
  const columns = [{ key: 'name', title: 'Name', value: (row: { name: string | null }) => row.name }]
  const rows = [{ name: 'run 10' }, { name: null }, { name: 'run 9' }]

  it('sorts numbers in names as numbers, and empty values last either way', () => {
    expect(sortedRows(rows, columns, { key: 'name', descending: false }).map(({ name }) => name)).toEqual(['run 9', 'run 10', null])
    expect(sortedRows(rows, columns, { key: 'name', descending: true }).map(({ name }) => name)).toEqual(['run 10', 'run 9', null])
  })
})

describe('a picture', () => {
  it('is enlarged by whole pixels and shrunk to fit', () => {
    expect(tileSize(32, 32, 70)).toEqual({ width: 64, height: 64, enlarged: true })
    expect(tileSize(28, 28, 28)).toEqual({ width: 28, height: 28, enlarged: false })
    expect(tileSize(200, 400, 100)).toEqual({ width: 100, height: 50, enlarged: false })
  })
})
