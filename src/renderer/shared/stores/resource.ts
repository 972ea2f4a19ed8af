import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { toErrorValue, type ErrorValue } from '../../../contract/errors'

type ResourceState = 'idle' | 'loading' | 'ready' | 'failed'

interface Resource<Value> {
  value: ShallowRef<Value>
  state: Ref<ResourceState>
  error: ShallowRef<ErrorValue | null>
  /** Reads again; answers that a later call overtook are dropped. Never rejects: the error lands in `error`. */
  reload(): Promise<void>
  /** Reads unless that was done or is under way. */
  load(): Promise<void>
}

/** Something that main holds and a store mirrors. What was there stays on screen while it is read again. */
export function useResource<Value>(initial: Value, read: () => Promise<Value>): Resource<Value> {
  const value = shallowRef(initial)
  const state = ref<ResourceState>('idle')
  const error = shallowRef<ErrorValue | null>(null)
  let latest = 0
  let pending: Promise<void> | null = null

  async function reload(): Promise<void> {
    const mine = ++latest
    if (state.value !== 'ready') state.value = 'loading'
    try {
      const answer = await read()
      if (mine !== latest) return
      value.value = answer
      error.value = null
      state.value = 'ready'
    } catch (thrown) {
      if (mine !== latest) return
      error.value = toErrorValue(thrown)
      state.value = 'failed'
    }
  }

  async function load(): Promise<void> {
    if (state.value === 'ready') return
    pending ??= reload().finally(() => { pending = null })
    await pending
  }

  return { value, state, error, reload, load }
}
