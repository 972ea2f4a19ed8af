/** The gauntlet: published results, rerun and held against what was published. */
export type { Place, Trainer } from './place'
export { controlName, isTrained, type GauntletRow } from './row'
export { gauntletRows } from './rows'
export { Results, standingOf } from './results'
export { resultsPage, resultsText } from './page'
export { trainRows, type TrainOptions } from './train-rows'
