/**
 * Shares of the classes among unlabelled images (BBSE, Lipton et al. 2018, "Detecting and Correcting for Label Shift with Black
 * Box Predictors", algorithm 1): how often a classifier says each class there, put right by what it confuses on labelled images
 * of the source. Right where the classes look alike in both and only their shares differ. Undefined where the classifier's
 * confusions do not tell the classes apart.
 *
 * @param said the classifier's answers on the source's images, which it did not learn from [sources], and on the target's [targets]
 * @param truth classes of the source's images [sources]
 * @returns a share per class, none below 0, that add up to 1
 */
export function estimateShares(said: { source: Int32Array, target: Int32Array }, truth: Int32Array, classes: number): Float64Array | undefined {
  const joint = Array.from({ length: classes }, () => new Float64Array(classes))
  const prior = new Float64Array(classes)
  truth.forEach((label, image) => {
    joint[said.source[image]!]![label]! += 1 / truth.length
    prior[label]! += 1 / truth.length
  })
  const answers = new Float64Array(classes)
  for (const label of said.target) answers[label]! += 1 / said.target.length
  const weights = solve(joint, answers)
  if (!weights) return undefined
  const shares = weights.map((weight, label) => Math.max(0, weight) * prior[label]!)
  const sum = shares.reduce((total, share) => total + share, 0)
  return sum > 0 ? shares.map((share) => share / sum) : undefined
}

/** A smaller pivot than this share of the largest entry: the matrix hardly has an inverse. */
const leastPivot = 1e-3

/** x of A x = b by elimination with the largest pivot of each column; undefined where A has hardly an inverse. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array | undefined {
  const rows = matrix.map((row, index) => Float64Array.from([...row, right[index]!]))
  const size = rows.length
  const largest = Math.max(...matrix.map((row) => Math.max(...row)))
  for (let column = 0; column < size; column++) {
    let best = column
    for (let row = column + 1; row < size; row++) if (Math.abs(rows[row]![column]!) > Math.abs(rows[best]![column]!)) best = row
    ;[rows[column], rows[best]] = [rows[best]!, rows[column]!]
    const pivot = rows[column]![column]!
    if (Math.abs(pivot) < leastPivot * largest) return undefined
    for (let row = 0; row < size; row++) {
      if (row === column) continue
      const factor = rows[row]![column]! / pivot
      for (let index = column; index <= size; index++) rows[row]![index]! -= factor * rows[column]![index]!
    }
  }
  return Float64Array.from(rows, (row, index) => row[size]! / row[index]!)
}
