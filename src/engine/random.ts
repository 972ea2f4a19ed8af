/**
 * The only source of randomness in the engine. A stream is named by what it is for (`seed, 'order', epoch`), never by
 * how many numbers were drawn before, so a resumed run draws what an uninterrupted one would have drawn.
 */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number
  /** Standard normal (Box–Muller). */
  normal(): number
  /** Beta(shape, shape) in [0, 1]: two gamma variates over their sum (Marsaglia and Tsang 2000). */
  beta(shape: number): number
  /** Whole number in [0, limit). */
  integer(limit: number): number
  /** A permutation of 0 … count − 1 (Fisher–Yates). */
  permutation(count: number): Int32Array
}

/** FNV-1a over the parts' text, with a finaliser, as four 32-bit words. */
function hash(parts: readonly (string | number)[]): [number, number, number, number] {
  const text = parts.join('\u001f')
  const words: [number, number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35]
  for (let word = 0; word < 4; word++) {
    let value = words[word]!
    for (let index = 0; index < text.length; index++) {
      value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
    }
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
    words[word] = (value ^ (value >>> 16)) >>> 0
  }
  return words
}

/** Logarithm of a Gamma(shape, 1) variate: one of shape + 1, times U^(1 / shape), since small shapes underflow. */
function logGamma(shape: number, { uniform, normal }: Pick<RandomStream, 'uniform' | 'normal'>): number {
  const d = shape + 2 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = normal()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(1 - uniform()) < x * x / 2 + d - d * v + d * Math.log(v)) {
      return Math.log(d * v) + Math.log(1 - uniform()) / shape
    }
  }
}

/** A stream of random numbers named by its parts; the same parts give the same numbers everywhere (sfc32). */
export function randomStream(...parts: readonly (string | number)[]): RandomStream {
  let [a, b, c, counter] = hash(parts)
  const next = (): number => {
    const result = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + result) | 0
    return result >>> 0
  }
  for (let round = 0; round < 12; round++) next()

  let spare: number | undefined
  const stream: RandomStream = {
    uniform: () => next() / 4_294_967_296,
    normal: () => {
      if (spare !== undefined) {
        const value = spare
        spare = undefined
        return value
      }
      const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform()))
      const angle = 2 * Math.PI * stream.uniform()
      spare = radius * Math.sin(angle)
      return radius * Math.cos(angle)
    },
    beta: (shape) => {
      const one = logGamma(shape, stream)
      return 1 / (1 + Math.exp(logGamma(shape, stream) - one))
    },
    integer: (limit) => Math.floor(stream.uniform() * limit),
    permutation: (count) => {
      const order = new Int32Array(count)
      for (let index = 0; index < count; index++) {
        const other = stream.integer(index + 1)
        order[index] = order[other]!
        order[other] = index
      }
      return order
    }
  }
  return stream
}
