/** Studies: creating their runs, and what the results say. */
export { controlOf } from './control'
export { createStudy, findTwinFacts, plannedRuns } from './create'
export { wantedSpecs } from './wanted'
export { comparePairs, scoreOf, studyReport } from './verdict'
