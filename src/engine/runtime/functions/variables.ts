import type { TFEOpAttr } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding'
import type { FunctionBinding, Held, Variable } from './held'

/** Resource variables by shape, each used again once what it held is gone. */
export class Variables {
  private readonly free = new Map<string, Variable[]>()
  private made = 0

  constructor(private readonly stock: FunctionBinding) {}

  /** A variable for content like this. */
  take({ shape, dtype, key }: Pick<Held, 'shape' | 'dtype' | 'key'>): Variable {
    const free = this.free.get(key)?.pop()
    if (free) return free
    const text = (name: string, value: string): TFEOpAttr => ({ name, type: this.stock.TF_ATTR_STRING, value })
    const [handle] = this.stock.executeOp('VarHandleOp', [
      this.type(dtype), { name: 'shape', type: this.stock.TF_ATTR_SHAPE, value: [...shape] },
      text('container', ''), text('shared_name', `graft-variable-${this.made++}`)
    ], [], 1)
    return { handle: handle!.id, key }
  }

  /** The content, under a number of the binding's; it shares the memory. */
  read({ handle }: Variable, dtype: number): number {
    return this.stock.executeOp('ReadVariableOp', [this.type(dtype)], [handle], 1)[0]!.id
  }

  /** Frees what a variable holds and keeps its handle for the next of this shape. */
  release(variable: Variable): void {
    this.stock.executeOp('DestroyResourceOp', [{ name: 'ignore_lookup_error', type: this.stock.TF_ATTR_BOOL, value: true }], [variable.handle], 0)
    const free = this.free.get(variable.key)
    if (free) free.push(variable)
    else this.free.set(variable.key, [variable])
  }

  private type(dtype: number): TFEOpAttr {
    return { name: 'dtype', type: this.stock.TF_ATTR_TYPE, value: dtype }
  }
}
