/** Runs held beside each other. */
export { answerListOf } from './answer-list'
export { answersOf } from './answers'
export { compareRuns } from './compare'
export { flipImagesOf, flipsOf } from './flips'
export { forgetComparison, keepComparison, keptComparisons } from './kept'
export { replayOf } from './replay'
