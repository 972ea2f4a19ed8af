/**
 * Learned positions for another number of patches, by cubic convolution as PyTorch has it (`interpolate`, bicubic, corners not aligned);
 * what stands before the patches stays.
 * @param data [before + side · side, channels], row by row
 * @param smoothed filters where patches become fewer, as timm does (`antialias`, a = −0.5); else a = −0.75 and no filter
 * @returns [before + wanted[0] · wanted[1], channels]
 */
export function resampledPositions(
  data: Float32Array, { side, wanted, channels, smoothed }: { side: number, wanted: readonly [number, number], channels: number, smoothed: boolean }
): Float32Array {
  const before = data.length / channels - side * side
  const [height, width] = wanted
  const [rows, columns] = [smoothed ? filtered(side, height) : plain(side, height), smoothed ? filtered(side, width) : plain(side, width)]
  const grid = data.subarray(before * channels)
  const across = new Float64Array(side * width * channels)
  for (let y = 0; y < side; y++) {
    columns.forEach((taps, x) => {
      for (const [from, weight] of taps) {
        for (let c = 0; c < channels; c++) across[(y * width + x) * channels + c]! += weight * grid[(y * side + from) * channels + c]!
      }
    })
  }
  const result = new Float32Array((before + height * width) * channels)
  result.set(data.subarray(0, before * channels))
  const row = width * channels
  rows.forEach((taps, y) => {
    const sum = new Float64Array(row)
    for (const [from, weight] of taps) for (let at = 0; at < row; at++) sum[at]! += weight * across[from * row + at]!
    result.set(sum, before * channels + y * row)
  })
  return result
}

/** From where, and how much of it. */
type Taps = [from: number, weight: number][]

/** Keys 1981: the cubic with slope a at 1. */
function cubic(x: number, a: number): number {
  const t = Math.abs(x)
  if (t < 1) return ((a + 2) * t - (a + 3)) * t * t + 1
  return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0
}

/** What lies outside is the nearest that lies inside. */
function plain(length: number, wanted: number): Taps[] {
  return Array.from({ length: wanted }, (_, index) => {
    const at = length / wanted * (index + 0.5) - 0.5
    const floor = Math.floor(at)
    return [-1, 0, 1, 2].map((offset) => [Math.min(length - 1, Math.max(0, floor + offset)), cubic(at - floor - offset, -0.75)] as [number, number])
  })
}

/** What lies outside counts nothing, and the rest more; the cubic is as wide as what becomes one. */
function filtered(length: number, wanted: number): Taps[] {
  const scale = length / wanted
  const stretch = Math.max(1, scale)
  return Array.from({ length: wanted }, (_, index) => {
    const centre = scale * (index + 0.5)
    const [first, end] = [Math.max(0, Math.floor(centre - 2 * stretch + 0.5)), Math.min(length, Math.floor(centre + 2 * stretch + 0.5))]
    const taps = Array.from({ length: end - first }, (_, at): [number, number] => [first + at, cubic((first + at - centre + 0.5) / stretch, -0.5)])
    const sum = taps.reduce((total, [, weight]) => total + weight, 0)
    return taps.map(([from, weight]): [number, number] => [from, weight / sum])
  })
}

/** How many patches a side learned positions are for, and how many tokens stand before them; undefined where that is no square. */
export function gridOf(places: number, tokens: number): number | undefined {
  const side = Math.round(Math.sqrt(places - tokens))
  return side * side === places - tokens && side > 0 ? side : undefined
}
