/** Runs held beside each other. */
export { answersOf } from './answers'
export { compareRuns } from './compare'
export { flipImagesOf, flipsOf } from './flips'
