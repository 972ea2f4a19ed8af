import type { Outcome } from './outcomes'

/** Written by scripts/advice/outcomes.mjs. */
export const outcomeRows: readonly Outcome[] = []
