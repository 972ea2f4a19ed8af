import type { Outcome } from './outcome'

/** The measured tasks. Written by scripts/advice/outcomes.mjs, which trains every method on every task and asks for the evidence. */
export const outcomes: readonly Outcome[] = []
