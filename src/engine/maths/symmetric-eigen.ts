/**
 * The smallest eigenvalues of a symmetric matrix and their vectors, in double precision: Householder reflections to
 * tridiagonal form, bisection with Sturm's sequence, inverse iteration, and the reflections back (Golub & Van Loan,
 * Matrix Computations, sections 8.3 and 8.4). O(4/3 n³ + k n²): for the few that are wanted, far less than all of them.
 * @param matrix [size, size], row by row; overwritten
 * @returns values ascending, vectors[i] of length 1 and orthogonal to the others
 */
export function smallestEigenpairs(matrix: Float64Array, size: number, count: number): { values: number[], vectors: Float64Array[] } {
  if (count > size) throw new RangeError(`${count} eigenvalues of a matrix of size ${size}`)
  const { diagonal, beside, reflections } = tridiagonalise(matrix, size)
  const scale = diagonal.reduce((largest, value, index) => Math.max(largest, Math.abs(value) + Math.abs(beside[index] ?? 0)), 0)
  const values: number[] = []
  const vectors: Float64Array[] = []
  for (let index = 0; index < count; index++) {
    const value = bisect(diagonal, beside, index, scale)
    const vector = inverseIteration(diagonal, beside, value, scale, vectors, index)
    values.push(value)
    vectors.push(vector)
  }
  for (const vector of vectors) {
    for (let step = reflections.length - 1; step >= 0; step--) reflect(vector, reflections[step]!, step + 1)
  }
  return { values, vectors }
}

/** A = Q T Qᵀ, Q the product of reflections I − 2vvᵀ; v of step i acts from row i + 1 on. */
export function tridiagonalise(a: Float64Array, size: number): { diagonal: Float64Array, beside: Float64Array, reflections: Float64Array[] } {
  const reflections: Float64Array[] = []
  for (let step = 0; step < size - 2; step++) {
    const length = size - step - 1
    const vector = new Float64Array(length)
    let squares = 0
    for (let row = 0; row < length; row++) {
      const value = a[(step + 1 + row) * size + step]!
      vector[row] = value
      squares += value * value
    }
    const norm = Math.sqrt(squares)
    const alpha = vector[0]! > 0 ? -norm : norm
    vector[0]! -= alpha
    normalise(vector)
    reflections.push(vector)
    applyBothSides(a, size, step + 1, vector)
    a[(step + 1) * size + step] = alpha
  }
  const diagonal = Float64Array.from({ length: size }, (_, index) => a[index * size + index]!)
  const beside = Float64Array.from({ length: Math.max(0, size - 1) }, (_, index) => a[(index + 1) * size + index]!)
  return { diagonal, beside, reflections }
}

/** H A H on the lower right block from `first` on: A − 2vwᵀ − 2wvᵀ with w = Av − (vᵀAv)v. */
function applyBothSides(a: Float64Array, size: number, first: number, vector: Float64Array): void {
  const length = vector.length
  const product = new Float64Array(length)
  let inner = 0
  for (let row = 0; row < length; row++) {
    const start = (first + row) * size + first
    let sum = 0
    for (let column = 0; column < length; column++) sum += a[start + column]! * vector[column]!
    product[row] = sum
    inner += sum * vector[row]!
  }
  for (let row = 0; row < length; row++) product[row]! -= inner * vector[row]!
  for (let row = 0; row < length; row++) {
    const start = (first + row) * size + first
    const [v, w] = [2 * vector[row]!, 2 * product[row]!]
    for (let column = 0; column < length; column++) a[start + column]! -= v * product[column]! + w * vector[column]!
  }
}

/** Eigenvalue number `index` from below, by counting the negative pivots of T − x. */
function bisect(diagonal: Float64Array, beside: Float64Array, index: number, scale: number): number {
  let low = Infinity
  let high = -Infinity
  diagonal.forEach((value, row) => {
    const radius = Math.abs(beside[row] ?? 0) + Math.abs(beside[row - 1] ?? 0)
    low = Math.min(low, value - radius)
    high = Math.max(high, value + radius)
  })
  const tiny = Math.max(Number.EPSILON * scale, 1e-150)
  const below = (x: number): number => {
    let pivot = 1
    let count = 0
    for (let row = 0; row < diagonal.length; row++) {
      const side = row === 0 ? 0 : beside[row - 1]!
      pivot = diagonal[row]! - x - side * side / pivot
      if (Math.abs(pivot) < tiny) pivot = -tiny
      if (pivot < 0) count++
    }
    return count
  }
  for (let round = 0; round < 200 && high - low > 2 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high)) + Number.MIN_VALUE; round++) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) break
    if (below(middle) > index) high = middle
    else low = middle
  }
  return (low + high) / 2
}

/** The vector of an eigenvalue of T, kept orthogonal to those found before (close eigenvalues would give the same one). */
function inverseIteration(
  diagonal: Float64Array, beside: Float64Array, value: number, scale: number, found: readonly Float64Array[], index: number
): Float64Array {
  const size = diagonal.length
  // A start that no eigenvector is orthogonal to, another one for every eigenvalue.
  let vector: Float64Array = Float64Array.from({ length: size }, (_, row) => 1 + ((row * 7919 + index * 104729) % 97) / 97)
  for (let round = 0; round < 4; round++) {
    vector = solveShifted(diagonal, beside, value, scale, vector)
    for (const other of found) {
      let inner = 0
      for (let row = 0; row < size; row++) inner += vector[row]! * other[row]!
      for (let row = 0; row < size; row++) vector[row]! -= inner * other[row]!
    }
    normalise(vector)
  }
  return vector
}

/** (T − x) y = b by Gaussian elimination with row exchanges; a pivot of 0 becomes a tiny one, as wanted here. */
function solveShifted(diagonal: Float64Array, beside: Float64Array, shift: number, scale: number, right: Float64Array): Float64Array {
  const size = diagonal.length
  const tiny = Math.max(Number.EPSILON * scale, 1e-150)
  const solution = right.slice()
  // Three diagonals of the upper triangle.
  const first = diagonal.map((value) => value - shift)
  const second = Float64Array.from({ length: size }, (_, row) => beside[row] ?? 0)
  const third = new Float64Array(size)
  for (let row = 0; row < size - 1; row++) {
    let below = beside[row]!
    if (Math.abs(below) > Math.abs(first[row]!)) {
      [first[row], below] = [below, first[row]!];
      [second[row], first[row + 1]] = [first[row + 1]!, second[row]!];
      [third[row], second[row + 1]] = [second[row + 1]!, 0];
      [solution[row], solution[row + 1]] = [solution[row + 1]!, solution[row]!]
    }
    if (first[row] === 0) first[row] = tiny
    const factor = below / first[row]!
    first[row + 1]! -= factor * second[row]!
    second[row + 1]! -= factor * third[row]!
    solution[row + 1]! -= factor * solution[row]!
  }
  for (let row = size - 1; row >= 0; row--) {
    const rest = (second[row]! * (solution[row + 1] ?? 0)) + (third[row]! * (solution[row + 2] ?? 0))
    const pivot = Math.abs(first[row]!) < tiny ? tiny : first[row]!
    solution[row] = (solution[row]! - rest) / pivot
  }
  return solution
}

/** Applies I − 2vvᵀ to the part of a vector from `first` on. */
export function reflect(vector: Float64Array, reflection: Float64Array, first: number): void {
  let inner = 0
  for (let row = 0; row < reflection.length; row++) inner += reflection[row]! * vector[first + row]!
  for (let row = 0; row < reflection.length; row++) vector[first + row]! -= 2 * inner * reflection[row]!
}

function normalise(vector: Float64Array): void {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  if (largest === 0) return
  let squares = 0
  for (const value of vector) squares += (value / largest) ** 2
  const norm = largest * Math.sqrt(squares)
  for (let row = 0; row < vector.length; row++) vector[row]! /= norm
}
