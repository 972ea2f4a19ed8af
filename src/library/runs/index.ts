/** Runs as they are kept, and what would stop a new one. */
export { checkSpecIn, specFacts } from './check'
export { curveOfRun } from './curve'
export { ReplayFolder } from './replay'
export { keepAdvice, keepRace, standingAdvice, standingRace } from './advice'
export { keepPace, knownPaces } from './paces'
export { bringCheckpointHome, bringHome, clearMetrics, placeRun, readPlacedRun } from './away'
export { forgetStopWish, stopWish, wishToStop } from './stop-wish'
export { bfloat16Here } from './processor'
