import type { StartWanted } from '../../contract/studies'

/** Whether a start makes several runs, which may be computed elsewhere. */
export const isStudy = ({ twins = false, seeds = 1, grid, depths }: Omit<StartWanted, 'spec'>): boolean =>
  twins || seeds > 1 || grid !== undefined || depths !== undefined
