/** Studies: creating their runs, and what the results say. */
export { createStudy, findTwinFacts } from './create'
export { comparePairs, scoreOf, studyReport } from './verdict'
