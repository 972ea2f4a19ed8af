/** Runs that are computed on other machines: giving them out, carrying them out there, and bringing them home. */
export { openBackend } from './backends'
export { checkWorkers, lookForProbe, reportMark } from './check'
export { settleBeforeTraining } from './left-there'
export { lookAfterRuns } from './look-after'
export { carryOutAll } from './node'
export { isPassing } from './problems'
export { openStore } from './stores'
