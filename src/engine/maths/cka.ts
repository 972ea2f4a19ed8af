/** Inner products, [count, count], divided by the mean of their diagonal, which CKA does not see; zeros stay. */
export function scaled(products: Float64Array, count: number): Float64Array {
  let trace = 0
  for (let row = 0; row < count; row++) trace += products[row * count + row]!
  return trace > 0 ? products.map((value) => value * count / trace) : products
}

/**
 * The Hilbert–Schmidt independence criterion without bias (Song et al. 2012, equation 5; Nguyen et al. 2021, equation 3).
 * @param first inner products of one representation, [count, count]; centred or not
 * @param count pictures, at least 4
 */
function unbiasedHsic(first: Float64Array, second: Float64Array, count: number): number {
  const [sums, others] = [new Float64Array(count), new Float64Array(count)]
  let trace = 0
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < count; column++) {
      if (row === column) continue
      const [one, other] = [first[row * count + column]!, second[row * count + column]!]
      trace += one * other
      sums[row]! += one
      others[row]! += other
    }
  }
  let [all, allOthers, both] = [0, 0, 0]
  for (let row = 0; row < count; row++) {
    all += sums[row]!
    allOthers += others[row]!
    both += sums[row]! * others[row]!
  }
  return (trace + all * allOthers / ((count - 1) * (count - 2)) - 2 * both / (count - 2)) / (count * (count - 3))
}

/**
 * Linear centred kernel alignment (Kornblith et al. 2019) of two representations of the same pictures, with the unbiased
 * estimate of Nguyen et al. 2021: with fewer pictures than features the plain one calls everything alike. 1 for the same up
 * to rotation and scale; about 0, sometimes a little less, for what shares nothing; null where one tells no two pictures
 * apart.
 */
export function linearCka(first: Float64Array, second: Float64Array, count: number): number | null {
  const [own, others] = [unbiasedHsic(first, first, count), unbiasedHsic(second, second, count)]
  // Products are scaled to a mean diagonal of 1: below this only rounding is left.
  if (!(own > 1e-12) || !(others > 1e-12)) return null
  return Math.min(1, unbiasedHsic(first, second, count) / Math.sqrt(own * others))
}
