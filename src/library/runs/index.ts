/** Runs as they are kept, and what would stop a new one. */
export { checkSpecIn, specFacts } from './check'
export { ReplayFolder } from './replay'
export { keepAdvice, keepRace, standingAdvice, standingRace } from './advice'
