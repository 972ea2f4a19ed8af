/** Runs as one file, for another machine or another person. */
export { openRuns } from './open'
export { saveRuns } from './save'
export { isShared } from './layout'
