import type { MethodSummary } from '../../../contract/methods'
import type { BlockSummary } from '../../../contract/models'
import type { ParameterValue } from '../../../contract/parameters'

type BlockState = 'copied' | 'frozen' | 'new'
interface DrawnBlock { name: string, title: string, state: BlockState }
/** A block, or the number of blocks left out in the middle of a deep network. */
export type DrawnRow = DrawnBlock | { hidden: number }

const mostRows = 7

/** What becomes of each block of the source and of its head, from the head (top) down to the input. */
export function drawnBlocks(
  blocks: readonly BlockSummary[], method: MethodSummary | null, { trained, sameClasses }: { trained: boolean, sameClasses: boolean },
  values: Record<string, ParameterValue> = {}
): DrawnRow[] {
  const moved: BlockState = trained && method ? method.blocks : 'new'
  const named = (parameter: string): readonly string[] | null => {
    const value = values[parameter]
    return trained && method?.parameters[parameter]?.kind === 'blocks' && Array.isArray(value) ? value : null
  }
  const [copied, frozen] = [named('copied'), named('frozen')]
  const stateOf = (name: string): BlockState => {
    if (copied && copied.length > 0 && !copied.includes(name)) return 'new'
    return frozen?.includes(name) ? 'frozen' : moved
  }
  // A method that moves blocks one by one always learns a new head.
  const head: DrawnBlock = { name: 'head', title: '', state: moved === 'copied' && sameClasses && copied === null ? 'copied' : 'new' }
  const rows: DrawnRow[] = [head, ...[...blocks].reverse().map(({ name, title }) => ({ name, title, state: stateOf(name) }))]
  if (rows.length <= mostRows) return rows
  const top = rows.slice(0, 3)
  const bottom = rows.slice(-3)
  return [...top, { hidden: rows.length - top.length - bottom.length }, ...bottom]
}
