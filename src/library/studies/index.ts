/** Studies: making their runs, and what these say. */
export { createStudy, findTwinFacts } from './create'
export { comparePairs, scoreOf, studyReport } from './verdict'
