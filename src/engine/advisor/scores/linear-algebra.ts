/** F Fᵀ, or Fᵀ F where that is the smaller one: both have the same eigenvalues but for zeros. @param features [count, length] */
export function smallerGram(features: Float64Array, count: number, length: number): { matrix: Float64Array, size: number, overImages: boolean } {
  const overImages = count <= length
  const size = overImages ? count : length
  const matrix = new Float64Array(size * size)
  if (overImages) {
    for (let row = 0; row < count; row++) {
      for (let column = 0; column <= row; column++) {
        let sum = 0
        for (let index = 0; index < length; index++) sum += features[row * length + index]! * features[column * length + index]!
        matrix[row * size + column] = matrix[column * size + row] = sum
      }
    }
    return { matrix, size, overImages }
  }
  for (let image = 0; image < count; image++) {
    const start = image * length
    for (let row = 0; row < length; row++) {
      const value = features[start + row]!
      if (value === 0) continue
      for (let column = 0; column <= row; column++) matrix[row * size + column]! += value * features[start + column]!
    }
  }
  for (let row = 0; row < size; row++) for (let column = 0; column < row; column++) matrix[column * size + row] = matrix[row * size + column]!
  return { matrix, size, overImages }
}

/** The features less the mean of each over the images; a new array. */
export function centred(features: Float64Array, count: number, length: number): Float64Array {
  const mean = new Float64Array(length)
  for (let index = 0; index < features.length; index++) mean[index % length]! += features[index]! / count
  return features.map((value, index) => value - mean[index % length]!)
}

/** ln det(I + factor · matrix) of a positive semi-definite matrix, by Cholesky's decomposition; the matrix is left as it is. */
export function logDeterminantWithIdentity(matrix: Float64Array, size: number, factor: number): number {
  const lower = new Float64Array(size * size)
  let logarithm = 0
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = factor * matrix[row * size + column]! + (row === column ? 1 : 0)
      for (let index = 0; index < column; index++) sum -= lower[row * size + index]! * lower[column * size + index]!
      if (row === column) {
        lower[row * size + row] = Math.sqrt(sum)
        logarithm += Math.log(sum)
      } else {
        lower[row * size + column] = sum / lower[column * size + column]!
      }
    }
  }
  return logarithm
}
