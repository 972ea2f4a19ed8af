import type { Text } from '../../../contract/text'

/** What a score looks at: labelled images as a source sees them. */
export interface Sample {
  /** Features [count, length], row by row. */
  features: Float64Array
  length: number
  /** Class indices [count] from 0 without gaps: every class below `classes` has at least one image. */
  labels: Int32Array
  classes: number
  /** What the source's own head says: probabilities [count, outputClasses]; absent where it has no head. */
  outputs?: Float64Array
  outputClasses?: number
}

/** A measure of how well a source's view of the target tells the target's classes apart. Higher is better. */
export interface Score {
  /** Its name in the literature, in kebab case. */
  id: string
  title: Text
  /** What it measures, in plain words: its bare number means nothing to most people. */
  means: Text
  /** The paper. */
  reference: string
  /** Undefined where it has nothing to say about these images: no head, or fewer images than features. */
  compute(sample: Sample): number | undefined
}

export const defineScore = (score: Score): Score => score

/** The images at these places, as a sample of their own. The places must leave every class an image. */
export function pick({ features, length, labels, classes, outputs, outputClasses = 0 }: Sample, places: ArrayLike<number>): Sample {
  const rows = (values: Float64Array, width: number): Float64Array => {
    const picked = new Float64Array(places.length * width)
    for (let row = 0; row < places.length; row++) picked.set(values.subarray(places[row]! * width, (places[row]! + 1) * width), row * width)
    return picked
  }
  return {
    features: rows(features, length), length, labels: Int32Array.from(places, (place) => labels[place]!), classes,
    ...(outputs && { outputs: rows(outputs, outputClasses), outputClasses })
  }
}
