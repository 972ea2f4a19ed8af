import { describe, expect, it } from 'vitest'
import { smallestEigenpairs } from './symmetric-eigen'

/** A v − λ v, largest entry; and how far the vectors are from orthonormal. */
function errors(matrix: readonly number[][], { values, vectors }: ReturnType<typeof smallestEigenpairs>): { residual: number, orthonormality: number } {
  let residual = 0
  let orthonormality = 0
  const inner = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, index) => sum + value * b[index]!, 0)
  vectors.forEach((vector, index) => {
    matrix.forEach((row, place) => { residual = Math.max(residual, Math.abs(inner(row, vector) - values[index]! * vector[place]!)) })
    vectors.forEach((other, place) => {
      orthonormality = Math.max(orthonormality, Math.abs(inner(vector, other) - (index === place ? 1 : 0)))
    })
  })
  return { residual, orthonormality }
}
const pairs = (matrix: readonly number[][], count: number) => smallestEigenpairs(Float64Array.from(matrix.flat()), matrix.length, count)

/** Numbers between −1 and 1 without a pattern. */
function scrambled(count: number, seed: number): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })
}
/** F Fᵀ of [size, length] numbers. */
function gram(size: number, length: number, seed: number): number[][] {
  const numbers = scrambled(size * length, seed)
  const row = (index: number) => numbers.slice(index * length, (index + 1) * length)
  return Array.from({ length: size }, (_, one) => Array.from({ length: size }, (_, other) =>
    row(one).reduce((sum, value, index) => sum + value * row(other)[index]!, 0)))
}

describe('smallestEigenpairs', () => {
  it('solves a matrix that can be solved by hand', () => {
    // [[2, 1], [1, 2]]: 1 with (1, −1)/√2, 3 with (1, 1)/√2
    const { values, vectors } = pairs([[2, 1], [1, 2]], 2)
    expect(values[0]).toBeCloseTo(1, 12)
    expect(values[1]).toBeCloseTo(3, 12)
    expect(vectors[0]![0]! * vectors[0]![1]!).toBeCloseTo(-0.5, 12)
    expect(vectors[1]![0]! * vectors[1]![1]!).toBeCloseTo(0.5, 12)
  })

  it('finds the smallest of a path of springs', () => {
    // tridiagonal 2, −1 of size n: 2 − 2 cos(iπ / (n + 1))
    const size = 30
    const matrix = Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) =>
      row === column ? 2 : Math.abs(row - column) === 1 ? -1 : 0))
    const result = pairs(matrix, 4)
    result.values.forEach((value, index) => expect(value).toBeCloseTo(2 - 2 * Math.cos((index + 1) * Math.PI / (size + 1)), 12))
    expect(errors(matrix, result).residual).toBeLessThan(1e-12)
  })

  it.each([[1, 1], [2, 1], [3, 3], [8, 5], [40, 6], [64, 64]])('gives right and orthonormal pairs of a Gram matrix of size %i, %i of them', (size, count) => {
    const matrix = gram(size, size + 5, size)
    const result = pairs(matrix, count)
    const { residual, orthonormality } = errors(matrix, result)
    expect(residual).toBeLessThan(1e-10)
    expect(orthonormality).toBeLessThan(1e-10)
    expect([...result.values]).toEqual([...result.values].sort((one, other) => one - other))
    if (count === size) {
      // the sum of all eigenvalues is the trace
      expect(result.values.reduce((sum, value) => sum + value)).toBeCloseTo(matrix.reduce((sum, row, index) => sum + row[index]!, 0), 9)
    }
  })

  it('copes with equal eigenvalues, zeros and a matrix of zeros', () => {
    const identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    expect(pairs(identity, 3).values).toEqual([1, 1, 1])
    expect(errors(identity, pairs(identity, 3)).orthonormality).toBeLessThan(1e-12)
    const zeros = [[0, 0], [0, 0]]
    expect(errors(zeros, pairs(zeros, 2)).orthonormality).toBeLessThan(1e-12)
    // rank 2 of 6: four zeros
    const poor = gram(6, 2, 3)
    const result = pairs(poor, 5)
    result.values.slice(0, 4).forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-12))
    expect(result.values[4]).toBeGreaterThan(0.1)
    const { residual, orthonormality } = errors(poor, result)
    expect(residual).toBeLessThan(1e-12)
    expect(orthonormality).toBeLessThan(1e-10)
  })
})
