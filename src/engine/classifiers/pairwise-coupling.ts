/**
 * Class probabilities from those of each pair: the second method of Wu, Lin and Weng 2004, as LIBSVM has it.
 * @param pair probability of the row's class against the column's, [classes, classes]
 */
export function couple(pair: Float64Array, classes: number): Float64Array {
  const at = (row: number, column: number) => pair[row * classes + column]!
  const q = new Float64Array(classes * classes)
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column < classes; column++) {
      if (row === column) continue
      q[row * classes + row]! += at(column, row) ** 2
      q[row * classes + column] = -at(column, row) * at(row, column)
    }
  }
  const p = new Float64Array(classes).fill(1 / classes)
  const qp = new Float64Array(classes)
  for (let iteration = 0; iteration < Math.max(100, classes); iteration++) {
    let pqp = 0
    for (let row = 0; row < classes; row++) {
      qp[row] = 0
      for (let column = 0; column < classes; column++) qp[row]! += q[row * classes + column]! * p[column]!
      pqp += p[row]! * qp[row]!
    }
    if (qp.every((value) => Math.abs(value - pqp) < 0.005 / classes)) break
    for (let row = 0; row < classes; row++) {
      const own = q[row * classes + row]!
      const change = (pqp - qp[row]!) / own
      p[row]! += change
      pqp = (pqp + change * (change * own + 2 * qp[row]!)) / (1 + change) / (1 + change)
      for (let column = 0; column < classes; column++) {
        qp[column] = (qp[column]! + change * q[row * classes + column]!) / (1 + change)
        p[column]! /= 1 + change
      }
    }
  }
  return p
}
