/** A label that is likely wrong. */
export interface LabelIssue {
  image: number
  /** The class that it more likely is. */
  suggested: number
  /** What is said of that class, and of the given one, in [0, 1]. */
  confidence: number
  selfConfidence: number
}

/** As in cleanlab: probabilities that differ by less count as equal, and no threshold lies below twice that. */
const tolerance = 1e-6

/**
 * Confident learning (Northcutt et al. 2021, "Confident Learning: Estimating Uncertainty in Dataset Labels"): how many images
 * of each given class likely belong to each other class, by what was said of them when they were not learned from; and of
 * these as many as that, those where the other class beats the given one by most ("prune by noise rate"). Equal to
 * `cleanlab.filter.find_label_issues(labels, probabilities, return_indices_ranked_by='self_confidence')` of cleanlab 2.9.
 *
 * @param labels given class indices [count]
 * @param probabilities [count, classes], of each image by a model that did not learn from it
 * @returns the least likely label first
 */
export function findLabelIssues(labels: Int32Array, probabilities: Float64Array, classes: number): LabelIssue[] {
  const probability = (image: number, label: number): number => probabilities[image * classes + label]!
  const members: number[][] = Array.from({ length: classes }, () => [])
  labels.forEach((label, image) => members[label]!.push(image))
  const noise = noiseCounts(confidentJoint(labels, probabilities, classes, members), classes)
  const found = new Set<number>()
  members.forEach((images, given) => {
    if (images.length <= 1) return
    for (let other = 0; other < classes; other++) {
      const wanted = noise[other]![given]!
      if (other === given || wanted <= 0) continue
      const margin = (image: number): number => probability(image, other) - probability(image, given)
      for (const image of [...images].sort((a, b) => margin(b) - margin(a)).slice(0, wanted)) found.add(image)
    }
  })
  return [...found].flatMap((image) => {
    const given = labels[image]!
    let suggested = given
    let most = probability(image, given) + tolerance
    for (let label = 0; label < classes; label++) {
      if (label === given || probability(image, label) <= most) continue
      suggested = label
      most = probability(image, label)
    }
    return suggested === given ? [] : [{ image, suggested, confidence: most, selfConfidence: probability(image, given) }]
  }).sort((a, b) => a.selfConfidence - b.selfConfidence || a.image - b.image)
}

/**
 * How many images of each given class (rows) confidently belong to each class (columns), scaled so that each row adds up to
 * the images of its class. Confident is what is said of a class with at least the average that its own images get.
 */
function confidentJoint(labels: Int32Array, probabilities: Float64Array, classes: number, members: readonly (readonly number[])[]): number[][] {
  const thresholds = members.map((images, label) => images.length === 0 ? 2
    : Math.max(2 * tolerance, images.reduce((sum, image) => sum + probabilities[image * classes + label]!, 0) / images.length))
  const joint = members.map(() => new Array<number>(classes).fill(0))
  labels.forEach((given, image) => {
    const row = probabilities.subarray(image * classes, (image + 1) * classes)
    const confident = members.flatMap((_, label) => row[label]! >= thresholds[label]! - tolerance ? [label] : [])
    if (confident.length === 0) return
    joint[given]![confident.length === 1 ? confident[0]! : row.indexOf(Math.max(...row))]! += 1
  })
  joint.forEach((row, label) => { row[label] = Math.max(1, row[label]!) })
  const scaled = joint.map((row, label) => {
    const sum = row.reduce((total, value) => total + value, 0)
    return row.map((value) => value / sum * members[label]!.length)
  })
  const all = scaled.flat().reduce((sum, value) => sum + value, 0)
  return scaled.map((row) => roundKeepingSum(row.map((value) => all > 0 ? value / all * labels.length : value)))
}

/** Rows: the likely class; columns: the given one. No class loses its last image. */
function noiseCounts(joint: readonly (readonly number[])[], classes: number): number[][] {
  const transposed = joint.map((_, row) => joint.map((column) => column[row]!))
  const raised = transposed.map((row, label) => Math.max(1, row[label]!) - row[label]!)
  const others = Array.from({ length: classes }, (_, column) => Math.max(1, transposed.filter((row) => row[column]! !== 0).length - 1))
  return transposed.map((row, label) => row.map((value, column) =>
    Math.trunc(column === label ? Math.max(1, value) : Math.max(0, value - raised[column]! / others[column]!))))
}

/** Whole numbers whose sum is the rounded sum; where that takes more or less, those that were rounded most give way. */
function roundKeepingSum(values: readonly number[]): number[] {
  const rounded = values.map(halfToEven)
  const wanted = halfToEven(values.reduce((sum, value) => sum + value, 0))
  for (let difference = wanted - rounded.reduce((sum, value) => sum + value, 0); difference !== 0;) {
    const step = Math.sign(difference)
    const order = [...values.keys()].sort((a, b) => step * ((values[b]! - rounded[b]!) - (values[a]! - rounded[a]!)))
    for (const place of order.slice(0, Math.abs(difference))) rounded[place]! += step
    difference = wanted - rounded.reduce((sum, value) => sum + value, 0)
  }
  return rounded
}

/** Rounds as NumPy does: a half goes to the even neighbour. */
function halfToEven(value: number): number {
  const below = Math.floor(value)
  if (value - below !== 0.5) return Math.round(value)
  return below % 2 === 0 ? below : below + 1
}
