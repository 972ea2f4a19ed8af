import type { Run } from '../contract/runs'

type Tested = Pick<Run, 'spec' | 'dataHashes'>

/** SHA-256 of the images and of the labels that a run was tested on. */
export function testHashes({ spec, dataHashes }: Tested): (string | undefined)[] {
  return ['images', 'labels'].map((part) => dataHashes[`${spec.target.dataset}/test/${part}`])
}

/**
 * Whether two runs were tested on the same images and labels, by their hashes: a data set can be imported anew under the
 * same id between them. What is not on record is not known to be the same.
 */
export function testedOnSameImages(first: Tested, second: Tested): boolean {
  const others = testHashes(second)
  return testHashes(first).every((hash, part) => hash !== undefined && hash === others[part])
}
