import { RunsCode, Unreadable } from './problems'
import { Global, Inert, isStorage, isTensor, PickleDictionary, PickleList, PickleTuple, type PickleValue, type StorageReference } from './values'

/** Storage classes of PyTorch and the safetensors name of their numbers. */
export const storageTypes = {
  'torch.FloatStorage': 'F32', 'torch.DoubleStorage': 'F64', 'torch.HalfStorage': 'F16', 'torch.BFloat16Storage': 'BF16',
  'torch.LongStorage': 'I64', 'torch.IntStorage': 'I32', 'torch.ShortStorage': 'I16', 'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8', 'torch.BoolStorage': 'BOOL'
} as const
export const isStorageType = (name: string): name is keyof typeof storageTypes => Object.hasOwn(storageTypes, name)

type Arguments = readonly PickleValue[]
const inert = (): PickleValue => new Inert()

/** Every name that a pickle may ask for, and what calling it gives. Nothing else of Python exists here. */
const calls: Readonly<Record<string, (args: Arguments) => PickleValue>> = {
  'collections.OrderedDict': ([pairs]) => orderedDictionary(pairs),
  'torch._utils._rebuild_tensor_v2': (args) => tensor(args),
  'torch._utils._rebuild_tensor': (args) => tensor(args),
  'torch._utils._rebuild_parameter': ([data]) => data !== undefined && isTensor(data) ? data : malformed('a parameter'),
  'torch.Size': ([items]) => items ?? new PickleTuple([]),
  // What trainers keep beside the weights: read over, and of no use here.
  'torch.device': inert,
  'torch._utils._rebuild_device_tensor_from_numpy': inert,
  'numpy.core.multiarray.scalar': inert,
  'numpy._core.multiarray.scalar': inert,
  'numpy.dtype': inert,
  '_codecs.encode': inert,
  'argparse.Namespace': inert,
  'collections.defaultdict': () => new PickleDictionary(),
  '__builtin__.set': inert,
  'builtins.set': inert
}
/** Names that are only passed on. */
const values = new Set([
  'torch.float32', 'torch.float64', 'torch.float16', 'torch.bfloat16', 'torch.int64', 'torch.int32', 'torch.uint8', 'torch.bool',
  '__builtin__.dict', 'builtins.dict', '__builtin__.list', 'builtins.list', '__builtin__.int', 'builtins.int'
])

/** Modules whose functions act on the machine: no checkpoint needs them, and a file that asks for one is out for more than data. */
const acting = new Set([
  'os', 'posix', 'nt', 'subprocess', 'sys', 'importlib', 'runpy', 'shutil', 'socket', 'ctypes', 'pty', 'commands', 'code', 'webbrowser', 'urllib', 'requests',
  'http', 'ftplib', 'smtplib', 'pickle', 'cPickle', '_pickle', 'marshal', 'pdb', 'bdb', 'timeit', 'cProfile', 'profile', 'pip', 'ensurepip', 'venv'
])
const actingBuiltins = new Set(['eval', 'exec', 'execfile', 'compile', 'open', '__import__', 'apply', 'input', 'breakpoint'])

/**
 * A name as what it stands for. A class that is not known makes objects that are only carried along.
 * @throws RunsCode for a name whose only use would be to run something
 */
export function globalOf(module: string, name: string): Global {
  const full = `${module}.${name}`
  if (Object.hasOwn(calls, full) || isStorageType(full) || values.has(full)) return new Global(full)
  const builtin = module === 'builtins' || module === '__builtin__'
  if (acting.has(module.split('.')[0]!) || (builtin && actingBuiltins.has(name))) throw new RunsCode(shortened(full))
  return new Global(shortened(full), false)
}

const shortened = (full: string): string => full.length > 120 ? `${full.slice(0, 120)}…` : full

/**
 * What a call gives: the value of one that is known, and for any other name an object without life.
 * @throws RunsCode where what is called is no class
 */
export function callGlobal(callee: PickleValue | undefined, args: PickleValue | undefined): PickleValue {
  if (!(args instanceof PickleTuple)) return malformed('a call')
  if (!(callee instanceof Global)) throw new RunsCode('a call of something that is no name')
  if (!callee.known) return new Inert(callee.name)
  const call = Object.hasOwn(calls, callee.name) ? calls[callee.name] : undefined
  if (!call) throw new RunsCode(`a call of ${callee.name}`)
  return call(args.items)
}

function malformed(what: string): never {
  throw new Unreadable({ en: `${what} in its pickle is malformed`, zh: '其 pickle 的内容格式有误' })
}

function orderedDictionary(pairs: PickleValue | undefined): PickleDictionary {
  const result = new PickleDictionary()
  if (pairs === undefined) return result
  if (!(pairs instanceof PickleList || pairs instanceof PickleTuple)) return malformed('a dictionary')
  for (const pair of pairs.items) {
    const items = pair instanceof PickleList || pair instanceof PickleTuple ? pair.items : malformed('a dictionary')
    if (items.length !== 2) malformed('a dictionary')
    result.entries.set(items[0]!, items[1]!)
  }
  return result
}

const count = (value: PickleValue | undefined): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : malformed('a tensor')

function counts(value: PickleValue | undefined): number[] {
  if (!(value instanceof PickleTuple) || value.items.length > 32) return malformed('a tensor')
  return value.items.map(count)
}

/** A view of a storage that lies within it. */
function tensor([storage, offset, size, stride]: Arguments): PickleValue {
  if (storage === undefined || !isStorage(storage)) return malformed('a tensor')
  const [from, shape, strides] = [count(offset) + storage.offset, counts(size), counts(stride)]
  if (shape.length !== strides.length) malformed('a tensor')
  const last = from + shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, 0)
  if (!shape.includes(0) && !(last < storage.numbers)) {
    throw new Unreadable({ en: `a tensor of ${shape.join('×')} reaches beyond its ${storage.numbers} numbers`, zh: `形状为 ${shape.join('×')} 的张量超出了其 ${storage.numbers} 个数的存储` })
  }
  return { kind: 'tensor', storage, offset: from, shape, strides }
}

/** The reference that a persistent id stands for: ('storage', type, key, location, numbers[, view]). */
export function persistent(id: PickleValue | undefined): StorageReference {
  if (!(id instanceof PickleTuple)) return malformed('a storage')
  const [kind, type, key, , numbers, view] = id.items
  if (kind !== 'storage' || !(type instanceof Global) || typeof key !== 'string') return malformed('a storage')
  if (!isStorageType(type.name)) throw new Unreadable({ en: `it holds numbers of type ${type.name}`, zh: `其数值类型 ${type.name} 无法读取` })
  // Before PyTorch 0.4 a storage could be a part of another one.
  const offset = view instanceof PickleTuple ? count(view.items[1]) : 0
  return { kind: 'storage', type: type.name, key, numbers: count(numbers), offset }
}
