/** Runs as they are kept, and what would stop a new one. */
export { checkSpecIn, specFacts } from './check'
export { curveOfRun } from './curve'
export { ReplayFolder } from './replay'
export { keepAdvice, standingAdvice } from './advice'
export { forgetStopWish, stopWish, wishToStop } from './stop-wish'
