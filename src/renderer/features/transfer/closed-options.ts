import type { BlockSummary } from '../../../contract/models'
import type { Transfer } from './choices'
import type { Shelf } from './shelf'

/**
 * What cannot be chosen in the method's settings as they stand, by parameter: options that change nothing in grey images,
 * and blocks that another setting would have to name first.
 */
export function closedOptions(
  { method, params, sourceDataset }: Pick<Transfer, 'method' | 'params' | 'sourceDataset'>, { datasets }: Pick<Shelf, 'datasets'>,
  blocks: readonly BlockSummary[]
): Record<string, readonly string[]> {
  if (!method) return {}
  const { colour } = method.needs
  const isGrey = datasets.find(({ id }) => id === sourceDataset)?.shape[2] === 1
  const stray = Object.entries(method.parameters).flatMap(([name, parameter]): [string, string[]][] => {
    const among = parameter.kind === 'blocks' && parameter.among !== undefined ? params[parameter.among] : undefined
    if (!Array.isArray(among) || among.length === 0) return []
    return [[name, blocks.map((block) => block.name).filter((block) => !among.includes(block))]]
  })
  return { ...(colour && isGrey && { [colour.parameter]: colour.in.map(String) }), ...Object.fromEntries(stray) }
}
