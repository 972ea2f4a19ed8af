import { Unreadable } from './problems'
import { chosenOf, type Twins } from '../../shared/twins'
import { Inert, isTensor, PickleDictionary, PickleList, PickleTuple, type PickleValue, type TensorReference } from './values'

/** How deep a checkpoint may hide its state dictionary. */
const deepest = 4
/** Keys under which trainers keep the weights, the better first. */
const usualKeys = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights']

/** The weights that a checkpoint holds; `twins` where it has several sets of one size. */
interface StateDictionary { tensors: Map<string, TensorReference>, twins?: Twins }

/** Sets of weights that differ by so few tensors, such as a count of what was averaged, are of one network. */
const fewMore = 3

/**
 * The dictionary of tensors in what a checkpoint holds: itself, or the one within it under a usual key, or else the one with
 * the most tensors (an optimiser keeps some too); of several of one size the averaged one. Of a whole module that was saved
 * instead, what its parts hold.
 * @throws Unreadable where there is none
 */
export function stateDictionaryOf(root: PickleValue): StateDictionary {
  const sets = new Map<string, Map<string, TensorReference>>()
  const names = new Set<string>()
  const seen = new Set<PickleValue>()
  const look = (value: PickleValue, path: string, depth: number): void => {
    if (!(value instanceof PickleDictionary) || depth > deepest || seen.has(value)) return
    seen.add(value)
    const found = tensorsOf(value)
    if (found.size > 0) sets.set(path, found)
    const keys = [...value.entries.keys()]
    const usual = (key: PickleValue): number => typeof key === 'string' && usualKeys.includes(key) ? usualKeys.indexOf(key) : usualKeys.length
    for (const key of keys.sort((first, second) => usual(first) - usual(second))) {
      if (typeof key === 'string') names.add(key)
      look(value.entries.get(key)!, typeof key === 'string' ? `${path}${path === '' ? '' : '.'}${key}` : path, depth + 1)
    }
  }
  look(root, '', 0)
  const most = Math.max(0, ...[...sets.values()].map(({ size }) => size))
  const alike = [...sets].filter(([, { size }]) => size > fewMore && size >= most - fewMore)
  if (alike.length > 1) {
    const twins = chosenOf(alike.map(([key]) => key), names)
    return { tensors: sets.get(twins.read)!, twins }
  }
  const tensors = [...sets.values()].find(({ size }) => size === most) ?? moduleTensors(root)
  if (tensors.size === 0) throw new Unreadable({ en: 'it holds no dictionary of tensors', zh: '其中没有张量字典' })
  return { tensors }
}

function tensorsOf({ entries }: PickleDictionary): Map<string, TensorReference> {
  const result = new Map<string, TensorReference>()
  for (const [key, value] of entries) if (typeof key === 'string' && isTensor(value)) result.set(key, value)
  return result
}

/** More parts than any network has. */
const mostParts = 20_000

/** What PyTorch's modules keep under these names, part by part: the tensors that their state dictionary would have. */
function moduleTensors(root: PickleValue): Map<string, TensorReference> {
  const result = new Map<string, TensorReference>()
  // Parts that hold one another many times over would otherwise never end.
  let left = mostParts
  const look = (value: PickleValue | undefined, prefix: string, depth: number): void => {
    if (!(value instanceof Inert) || depth > 40 || left-- <= 0) return
    for (const kept of ['_parameters', '_buffers']) {
      for (const [key, tensor] of entriesOf(value.entries.get(kept))) {
        if (typeof key === 'string' && isTensor(tensor)) result.set(`${prefix}${key}`, tensor)
      }
    }
    for (const [key, part] of entriesOf(value.entries.get('_modules'))) if (typeof key === 'string') look(part, `${prefix}${key}.`, depth + 1)
  }
  const seen = new Set<PickleValue>()
  const find = (value: PickleValue, depth: number): void => {
    if (result.size > 0 || depth > deepest || seen.has(value)) return
    seen.add(value)
    look(value, '', 0)
    for (const [, part] of entriesOf(value)) find(part, depth + 1)
  }
  find(root, 0)
  return result
}

const entriesOf = (value: PickleValue | undefined): (readonly [PickleValue, PickleValue])[] =>
  value instanceof PickleDictionary || value instanceof Inert ? [...value.entries] : []

const byName = ['class_to_idx', 'label2id', 'class_to_index', 'name_to_idx']
const byNumber = ['idx_to_class', 'id2label', 'index_to_class', 'idx2label']
const listed = ['classes', 'class_names', 'classnames', 'labels', 'label_names', 'categories', 'CLASSES']

/** Names of classes that a checkpoint keeps anywhere beside its weights, in the order of the outputs. */
export function classNamesOf(root: PickleValue): string[] | undefined {
  const seen = new Set<PickleValue>()
  const look = (value: PickleValue, depth: number): string[] | undefined => {
    if (depth > deepest || seen.has(value)) return undefined
    seen.add(value)
    const entries = entriesOf(value)
    for (const [key, found] of entries) {
      if (typeof key !== 'string') continue
      const names = byName.includes(key) ? inOrder(entriesOf(found).map(([name, at]) => [at, name]))
        : byNumber.includes(key) ? inOrder(entriesOf(found)) : listed.includes(key) ? textsOf(found) : undefined
      if (names) return names
    }
    for (const [, part] of entries) {
      const names = look(part, depth + 1)
      if (names) return names
    }
    return undefined
  }
  return look(root, 0)
}

/** Names by their numbers, if these count through. */
function inOrder(pairs: readonly (readonly [PickleValue, PickleValue])[]): string[] | undefined {
  const names = new Map(pairs.map(([at, name]) => [typeof at === 'string' && /^\d+$/.test(at) ? Number(at) : at, name]))
  return pairs.length === 0 ? undefined : textsOf(Array.from({ length: pairs.length }, (_, at) => names.get(at)))
}

function textsOf(value: PickleValue | undefined | readonly (PickleValue | undefined)[]): string[] | undefined {
  const items: readonly (PickleValue | undefined)[] = value instanceof PickleList || value instanceof PickleTuple ? value.items
    : Array.isArray(value) ? value as readonly PickleValue[] : []
  const names = items.filter((item): item is string => typeof item === 'string' && item !== '')
  return names.length > 0 && names.length === items.length ? names : undefined
}
