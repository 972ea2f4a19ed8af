/** What a pickle can hold once it is read: plain data, and references that stand for numbers elsewhere in the file. */
export type PickleValue =
  | null | boolean | number | bigint | string | Uint8Array
  | PickleList | PickleTuple | PickleDictionary | Global | StorageReference | TensorReference | Inert | Mark

export class PickleList { readonly items: PickleValue[] = [] }
export class PickleTuple { constructor(readonly items: readonly PickleValue[]) {} }
/** Keys that are no text or number are kept by identity. */
export class PickleDictionary { readonly entries = new Map<PickleValue, PickleValue>() }
/** A name of Python's. `known` stands for something that is known here and harmless; nothing else is ever called. */
export class Global { constructor(readonly name: string, readonly known = true) {} }
/** An object of a class that Graft does not know: the data that would have filled it, and nothing that acts. */
export class Inert {
  readonly kind = 'inert'
  readonly entries = new Map<PickleValue, PickleValue>()
  constructor(readonly className?: string) {}
}
/** Where a run of values on the stack begins. */
export class Mark { readonly kind = 'mark' }

export interface StorageReference { kind: 'storage', type: string, key: string, numbers: number, offset: number }
export interface TensorReference {
  kind: 'tensor'
  storage: StorageReference
  offset: number
  shape: number[]
  strides: number[]
}
export const isTensor = (value: PickleValue): value is TensorReference =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'tensor'
export const isStorage = (value: PickleValue): value is StorageReference =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'storage'
