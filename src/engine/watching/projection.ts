import { smallestEigenpairs } from '../maths/symmetric-eigen'

/** A plane in the space of features: what is looked at from one side for a whole training. */
export interface Projection {
  /** [length] */
  mean: Float32Array
  /** Two axes of length 1, [length] each. */
  axes: [Float32Array, Float32Array]
  /** Shares of the variance that the axes hold. */
  explained: [number, number]
  /** Root mean square of the points along the first axis. */
  spread: number
}

/**
 * The two principal components of features (Pearson 1901), by the eigenvectors of their inner products: fewer points than
 * features are the rule. An axis points to where its largest entry is positive, so that the same features give the same picture.
 * @param features [count, length], row by row, at least three
 */
export function principalPlane(features: Float32Array, length: number): Projection {
  const count = features.length / length
  const mean = new Float64Array(length)
  for (let at = 0; at < features.length; at++) mean[at % length]! += features[at]! / count
  const centred = Float64Array.from(features, (value, at) => value - mean[at % length]!)
  // Negated, so that the largest come first.
  const products = new Float64Array(count * count)
  for (let row = 0; row < count; row++) {
    for (let column = 0; column <= row; column++) {
      let sum = 0
      for (let at = 0; at < length; at++) sum += centred[row * length + at]! * centred[column * length + at]!
      products[row * count + column] = products[column * count + row] = -sum
    }
  }
  let variance = 0
  for (let row = 0; row < count; row++) variance -= products[row * count + row]!
  const { values, vectors } = smallestEigenpairs(products, count, 2)
  const axes = vectors.map((weights) => {
    const axis = new Float64Array(length)
    for (let row = 0; row < count; row++) for (let at = 0; at < length; at++) axis[at]! += weights[row]! * centred[row * length + at]!
    return Float32Array.from(pointingUp(axis))
  })
  const share = (value: number): number => variance > 0 ? Math.max(0, -value) / variance : 0
  return {
    mean: Float32Array.from(mean), axes: [axes[0]!, axes[1]!], explained: [share(values[0]!), share(values[1]!)],
    spread: Math.sqrt(Math.max(0, -values[0]!) / count) || 1
  }
}

/** Of length 1, its largest entry positive; zeros where nothing varies. */
function pointingUp(axis: Float64Array): Float64Array {
  let [norm, largest] = [0, 0]
  for (const value of axis) {
    norm += value * value
    if (Math.abs(value) > Math.abs(largest)) largest = value
  }
  const scale = norm === 0 ? 0 : Math.sign(largest) / Math.sqrt(norm)
  return axis.map((value) => value * scale)
}

/** Where features lie in the plane, in spreads of the start: [count, 2], row by row. */
export function placesIn({ mean, axes, spread }: Projection, features: Float32Array): Float64Array {
  const { length } = mean
  const places = new Float64Array(features.length / length * 2)
  for (let row = 0; row * length < features.length; row++) {
    axes.forEach((axis, side) => {
      let sum = 0
      for (let at = 0; at < length; at++) sum += (features[row * length + at]! - mean[at]!) * axis[at]!
      places[row * 2 + side] = sum / spread
    })
  }
  return places
}
