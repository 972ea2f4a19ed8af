import { freemem } from 'node:os'
import type { NetworkDefinition } from './definition'
import { inferenceBytes } from './liveness'

/** Most memory that the tensors of one batch in inference may take, in bytes, however much is free. Larger batches are no quicker. */
const mostBytes = 512 * 2 ** 20

/** Images that go through another program's graph at once: it is one native call, and whoever watches waits for it. */
const mostInGraph = 4

/** A quarter of what is free, at most 512 MB: what one batch in inference may take, in bytes. */
export function memoryBudget(free: number = freeMemory()): number {
  return Math.min(mostBytes, free / 4)
}

/** What programs may still take, in bytes: on Linux with what the system would give back of its caches. */
const freeMemory = (): number => process.availableMemory?.() ?? freemem()

/**
 * Images that a network looks at in one pass of inference: as many as are wanted, or else the largest power of two that fits the
 * budget. Networks for small images take all that are wanted, so that their numbers stay what they were to the last digit.
 */
export function inferenceBatchSize(definition: NetworkDefinition, wanted: number, budget: number = memoryBudget()): number {
  if (definition.blocks.some(({ layers }) => layers.some(({ kind }) => kind === 'graph'))) return Math.min(wanted, mostInGraph)
  const fitting = Math.floor(budget / inferenceBytes(definition))
  if (fitting >= wanted) return wanted
  return 2 ** Math.floor(Math.log2(Math.max(1, fitting)))
}
