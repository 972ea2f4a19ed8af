import type { Run } from '../../contract/runs'

/** A control run of a study (from scratch, source only, supervised on the target): drawn grey, measured against. */
export const isTwin = (run: Run): boolean => run.study !== undefined && run.study.role !== 'candidate'
