import { describe, expect, it } from 'vitest'
import { randomStream } from '../random'
import { eigenpairs } from './eigenpairs'

describe('eigenpairs', () => {
  it('finds 1 and 3 of [[2, 1], [1, 2]]', () => {
    const { values, vectors } = eigenpairs(Float64Array.of(2, 1, 1, 2), 2)
    expect(values[0]).toBeCloseTo(1, 12)
    expect(values[1]).toBeCloseTo(3, 12)
    expect(vectors[1]![0]! / vectors[1]![1]!).toBeCloseTo(1, 12)
  })

  it.each([[1, 1], [3, 3], [40, 40], [40, 7]])('gives A v = λ v and orthogonal vectors for a matrix of size %i and rank %i', (size, rank) => {
    const stream = randomStream(1, 'eigenpairs', size)
    const factors = Float64Array.from({ length: size * rank }, () => stream.uniform() - 0.5)
    const matrix = Float64Array.from({ length: size * size }, (_, index) => {
      const [row, column] = [Math.floor(index / size), index % size]
      let sum = 0
      for (let place = 0; place < rank; place++) sum += factors[row * rank + place]! * factors[column * rank + place]!
      return sum
    })
    const { values, vectors } = eigenpairs(matrix.slice(), size)
    expect(Array.from(values)).toEqual(Array.from(values).sort((a, b) => a - b))
    for (const [index, vector] of vectors.entries()) {
      for (let row = 0; row < size; row++) {
        const product = vector.reduce((sum, value, column) => sum + matrix[row * size + column]! * value, 0)
        expect(Math.abs(product - values[index]! * vector[row]!)).toBeLessThan(1e-10)
      }
      for (const [other, second] of vectors.entries()) {
        const inner = vector.reduce((sum, value, place) => sum + value * second[place]!, 0)
        expect(Math.abs(inner - (index === other ? 1 : 0))).toBeLessThan(1e-10)
      }
    }
  })
})
