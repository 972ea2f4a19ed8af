/** The gauntlet: published results, rerun and held against what was published. */
export { controlName, type GauntletRow } from './row'
export { gauntletRows } from './rows'
export { Results, standingOf } from './results'
export { resultsPage, resultsText } from './page'
export { trainRows } from './train-rows'
export { pairs, prepare } from './first-try/pairs'
export { tryPair, type Trial } from './first-try/try-pair'
export { faultOf, firstTryPage, firstTryText, medianBehind } from './first-try/table'
