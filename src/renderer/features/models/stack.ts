import type { BlockSummary } from '../../../contract/models'

interface StackRow {
  /** A block's title; null for the head, and for blocks that are drawn as one. */
  title: string | null
  kind: 'block' | 'head' | 'folded'
  /** How many blocks the row stands for. */
  blocks: number
  parameters: number
  /** Share of the largest row's parameters, in [0, 1], for the bar. */
  share: number
}

/** Rows that are drawn one by one; what is between the first and the last of a deeper network becomes one row. */
const mostRows = 8

/**
 * A network from the input to the classes: a row a block, the middle of a deep one folded into one, and the head with
 * the parameters that no block has.
 */
export function stackRows(blocks: readonly BlockSummary[], parameters: number): StackRow[] {
  const rows: Omit<StackRow, 'share'>[] = blocks.map((block) =>
    ({ title: block.title, kind: 'block', blocks: 1, parameters: block.parameters }))
  if (rows.length > mostRows) {
    const first = rows.slice(0, 3)
    const last = rows.slice(-3)
    const middle = rows.slice(3, -3)
    rows.splice(0, rows.length, ...first, {
      title: null, kind: 'folded', blocks: middle.length, parameters: middle.reduce((sum, row) => sum + row.parameters, 0)
    }, ...last)
  }
  const head = parameters - blocks.reduce((sum, block) => sum + block.parameters, 0)
  if (head > 0) rows.push({ title: null, kind: 'head', blocks: 0, parameters: head })
  const largest = Math.max(1, ...rows.map((row) => row.parameters))
  return rows.map((row) => ({ ...row, share: row.parameters / largest }))
}
