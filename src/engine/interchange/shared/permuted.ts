/** A tensor's numbers with its axes in another order. */
export function permuted(data: Float32Array, shape: readonly number[], order: readonly number[]): Float32Array {
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1))
  const [lengths, strides] = [order.map((axis) => shape[axis]!), order.map((axis) => steps[axis]!)]
  const result = new Float32Array(data.length)
  const position = lengths.map(() => 0)
  for (let index = 0, from = 0; index < result.length; index++) {
    result[index] = data[from]!
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++position[axis]! < lengths[axis]!) break
      from -= lengths[axis]! * strides[axis]!
      position[axis] = 0
    }
  }
  return result
}
