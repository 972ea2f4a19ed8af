import { Unreadable } from './problems'
import { isTensor, PickleDictionary, type PickleValue, type TensorReference } from './values'

/** How deep a checkpoint may hide its state dictionary. */
const deepest = 4
/** Keys under which trainers keep the weights, the better first. */
const usualKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights']

/**
 * The dictionary of tensors in what a checkpoint holds: itself, or the one within it under a usual key, or else the one with
 * the most tensors (an optimiser keeps some too).
 * @throws Unreadable where there is none
 */
export function stateDictionaryOf(root: PickleValue): Map<string, TensorReference> {
  let best = new Map<string, TensorReference>()
  const seen = new Set<PickleValue>()
  const look = (value: PickleValue, depth: number): void => {
    if (!(value instanceof PickleDictionary) || depth > deepest || seen.has(value)) return
    seen.add(value)
    const found = tensorsOf(value)
    if (found.size > best.size) best = found
    const keys = [...value.entries.keys()]
    const usual = (key: PickleValue): number => typeof key === 'string' && usualKeys.includes(key) ? usualKeys.indexOf(key) : usualKeys.length
    for (const key of keys.sort((first, second) => usual(first) - usual(second))) look(value.entries.get(key)!, depth + 1)
  }
  look(root, 0)
  if (best.size === 0) throw new Unreadable({ en: 'it holds no dictionary of tensors', zh: '其中没有张量字典' })
  return best
}

function tensorsOf({ entries }: PickleDictionary): Map<string, TensorReference> {
  const result = new Map<string, TensorReference>()
  for (const [key, value] of entries) if (typeof key === 'string' && isTensor(value)) result.set(key, value)
  return result
}
