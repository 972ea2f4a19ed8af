import { reflect, tridiagonalise } from './symmetric-eigen'

/**
 * All eigenvalues of a symmetric matrix, ascending, and their vectors, in double precision: Householder reflections to tridiagonal form and implicit QL
 * steps on it (Golub & Van Loan, Matrix Computations, section 8.3). O(n³).
 * @param matrix [size, size], row by row; overwritten
 * @returns vectors[i] of length 1, orthogonal to the others
 */
export function eigenpairs(matrix: Float64Array, size: number): { values: Float64Array, vectors: Float64Array[] } {
  const { diagonal, beside, reflections } = tridiagonalise(matrix, size)
  const vectors = Array.from({ length: size }, (_, row) => {
    const vector = new Float64Array(size)
    vector[row] = 1
    return vector
  })
  // Row i of the product of the reflections: QL turns these rows into the eigenvectors.
  for (const vector of vectors) for (let step = reflections.length - 1; step >= 0; step--) reflect(vector, reflections[step]!, step + 1)
  implicitQl(diagonal, Float64Array.from({ length: size }, (_, index) => beside[index] ?? 0), vectors)
  const order = Array.from(diagonal.keys()).sort((a, b) => diagonal[a]! - diagonal[b]!)
  return { values: Float64Array.from(order, (index) => diagonal[index]!), vectors: order.map((index) => vectors[index]!) }
}

/** In place: the diagonal becomes the eigenvalues, the rows of `vectors` their vectors. */
function implicitQl(diagonal: Float64Array, beside: Float64Array, vectors: Float64Array[]): void {
  const size = diagonal.length
  for (let first = 0; first < size; first++) {
    for (let round = 0; ; round++) {
      let last = first
      while (last < size - 1 && Math.abs(beside[last]!) > Number.EPSILON * (Math.abs(diagonal[last]!) + Math.abs(diagonal[last + 1]!))) last++
      if (last === first) break
      if (round === 60) throw new Error('the eigenvalues of a matrix did not settle')
      let shift = (diagonal[first + 1]! - diagonal[first]!) / (2 * beside[first]!)
      let radius = Math.hypot(shift, 1)
      shift = diagonal[last]! - diagonal[first]! + beside[first]! / (shift + (shift >= 0 ? radius : -radius))
      let [sine, cosine, carried] = [1, 1, 0]
      let index = last - 1
      for (; index >= first; index--) {
        const product = sine * beside[index]!
        const kept = cosine * beside[index]!
        radius = Math.hypot(product, shift)
        beside[index + 1] = radius
        if (radius === 0) {
          diagonal[index + 1]! -= carried
          beside[last] = 0
          break
        }
        sine = product / radius
        cosine = shift / radius
        shift = diagonal[index + 1]! - carried
        radius = (diagonal[index]! - shift) * sine + 2 * cosine * kept
        carried = sine * radius
        diagonal[index + 1] = shift + carried
        shift = cosine * radius - kept
        rotate(vectors[index]!, vectors[index + 1]!, sine, cosine)
      }
      if (radius === 0 && index >= first) continue
      diagonal[first]! -= carried
      beside[first] = shift
      beside[last] = 0
    }
  }
}

function rotate(one: Float64Array, next: Float64Array, sine: number, cosine: number): void {
  for (let place = 0; place < one.length; place++) {
    const [a, b] = [one[place]!, next[place]!]
    next[place] = sine * a + cosine * b
    one[place] = cosine * a - sine * b
  }
}
