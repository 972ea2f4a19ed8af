/** Runs as they are kept, and what would stop a new one. */
export { checkSpecIn, specFacts } from './check'
export { keepAdvice, standingAdvice } from './advice'
