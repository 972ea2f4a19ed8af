/** A solved two-class machine: decision(x) = Σ coefficient · K(example, x) − offset. */
export interface TwoClassMachine { coefficients: Float64Array, offset: number }

const tiny = 1e-12

/**
 * C-support vector classification of two classes on a whole kernel matrix by sequential minimal optimisation with
 * second-order working sets: Fan, Chen and Lin 2005, as LIBSVM solves it (without shrinking and caching, which a
 * matrix in memory does not need).
 * @param kernel [count, count]
 * @param sides +1 or −1 of each example
 */
export function solve(kernel: Float32Array, sides: Int8Array, cost: number, tolerance = 1e-3): TwoClassMachine {
  const count = sides.length
  const alpha = new Float64Array(count)
  const gradient = new Float64Array(count).fill(-1)
  const rises = (index: number) => sides[index]! > 0 ? alpha[index]! < cost : alpha[index]! > 0
  const falls = (index: number) => sides[index]! > 0 ? alpha[index]! > 0 : alpha[index]! < cost
  const limit = Math.max(10_000_000, 100 * count)
  for (let iteration = 0; iteration < limit; iteration++) {
    let [up, highest, lowest] = [-1, -Infinity, Infinity]
    for (let index = 0; index < count; index++) {
      const value = -sides[index]! * gradient[index]!
      if (rises(index) && value > highest) [up, highest] = [index, value]
      if (falls(index) && value < lowest) lowest = value
    }
    if (up < 0 || highest - lowest < tolerance) break
    let [down, best] = [-1, Infinity]
    const row = up * count
    for (let index = 0; index < count; index++) {
      if (!falls(index)) continue
      const slope = highest + sides[index]! * gradient[index]!
      if (slope <= 0) continue
      const curvature = Math.max(tiny, kernel[row + up]! + kernel[index * count + index]! - 2 * kernel[row + index]!)
      const gain = -slope * slope / curvature
      if (gain < best) [down, best] = [index, gain]
    }
    if (down < 0) break
    const other = down * count
    const [firstBefore, secondBefore] = [alpha[up]!, alpha[down]!]
    move(up, down, kernel[row + up]! + kernel[other + down]! - 2 * kernel[row + down]!)
    const first = (alpha[up]! - firstBefore) * sides[up]!
    const second = (alpha[down]! - secondBefore) * sides[down]!
    for (let index = 0; index < count; index++) {
      gradient[index]! += sides[index]! * (first * kernel[row + index]! + second * kernel[other + index]!)
    }
  }
  return { coefficients: alpha.map((value, index) => value * sides[index]!), offset: offset() }

  /** Moves two multipliers along the line that keeps Σ α y, within the box. */
  function move(up: number, down: number, kernelCurvature: number): void {
    const curvature = Math.max(tiny, kernelCurvature)
    const step = (-sides[up]! * gradient[up]! + sides[down]! * gradient[down]!) / curvature
    const room = (index: number, rising: boolean) => rising ? cost - alpha[index]! : alpha[index]!
    const [firstRises, secondRises] = [sides[up]! > 0, sides[down]! < 0]
    const taken = Math.min(step, room(up, firstRises), room(down, secondRises))
    alpha[up] = clipped(alpha[up]! + (firstRises ? taken : -taken))
    alpha[down] = clipped(alpha[down]! + (secondRises ? taken : -taken))
  }

  /** What rounding leaves beside a bound counts as on it. */
  function clipped(value: number): number {
    return value < tiny * cost ? 0 : value > cost * (1 - tiny) ? cost : value
  }

  /** The mean over free examples, or the middle of what the bounds allow. */
  function offset(): number {
    let [sum, free, most, least] = [0, 0, Infinity, -Infinity]
    for (let index = 0; index < count; index++) {
      const value = sides[index]! * gradient[index]!
      if (alpha[index]! > 0 && alpha[index]! < cost) {
        sum += value
        free++
      } else if (rises(index)) most = Math.min(most, value)
      else least = Math.max(least, value)
    }
    return free > 0 ? sum / free : (most + least) / 2
  }
}

/**
 * The sigmoid 1 / (1 + exp(slope · decision + offset)) of the probability of the positive side: Platt's, by the Newton
 * method of Lin, Lin and Weng 2007.
 */
export function fitSigmoid(decisions: ArrayLike<number>, sides: Int8Array): { slope: number, offset: number } {
  const positives = sides.reduce((sum, side) => sum + (side > 0 ? 1 : 0), 0)
  const negatives = sides.length - positives
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (negatives + 2)]
  const wanted = Float64Array.from(sides, (side) => side > 0 ? high : low)
  let [slope, offset] = [0, Math.log((negatives + 1) / (positives + 1))]
  const lossAt = (a: number, b: number): number => wanted.reduce((sum, target, index) => {
    const x = a * decisions[index]! + b
    return sum + (x >= 0 ? target * x + Math.log1p(Math.exp(-x)) : (target - 1) * x + Math.log1p(Math.exp(x)))
  }, 0)
  let loss = lossAt(slope, offset)
  for (let iteration = 0; iteration < 100; iteration++) {
    let [h11, h22, h21, g1, g2] = [tiny, tiny, 0, 0, 0]
    for (let index = 0; index < sides.length; index++) {
      const decision = decisions[index]!
      const probability = 1 / (1 + Math.exp(slope * decision + offset))
      const weight = probability * (1 - probability)
      const error = wanted[index]! - probability
      h11 += decision * decision * weight
      h22 += weight
      h21 += decision * weight
      g1 += decision * error
      g2 += error
    }
    if (Math.abs(g1) < 1e-5 && Math.abs(g2) < 1e-5) break
    const determinant = h11 * h22 - h21 * h21
    const [da, db] = [-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant]
    const descent = g1 * da + g2 * db
    let step = 1
    for (; step >= 1e-10; step /= 2) {
      const next = lossAt(slope + step * da, offset + step * db)
      if (next >= loss + 1e-4 * step * descent) continue
      ;[slope, offset, loss] = [slope + step * da, offset + step * db, next]
      break
    }
    if (step < 1e-10) break
  }
  return { slope, offset }
}

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
