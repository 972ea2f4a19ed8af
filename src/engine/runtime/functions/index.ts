import type { FunctionBinding } from './held'
import type { Recorder } from './recorder'
import type { WhyNot } from './why-not'

// Training steps as functions of TensorFlow's. Nothing stands between TensorFlow.js and the binding until a training first
// asks for them.

/** Puts another binding in the place of the one that TensorFlow.js was given. */
type Install = (binding: FunctionBinding) => void

const state: { offered?: { stock: FunctionBinding, install: Install }, whyNot?: WhyNot, recorder?: Recorder } = {}

/** Called once the native backend is open and its binding can call functions. */
export function offerFunctions(stock: FunctionBinding, install: Install): void {
  state.offered = { stock, install }
}

/** Called once a backend is open that has no functions. */
export function refuseFunctions(whyNot: WhyNot): void {
  state.whyNot = whyNot
}

/** Whether the backend that is open has functions. */
export const hasFunctions = (): boolean => state.offered !== undefined

/** The recorder of this process, from now on between TensorFlow.js and the binding; or why there can be none. */
export async function openRecorder(): Promise<{ recorder: Recorder } | { whyNot: WhyNot }> {
  const { offered, whyNot = {} } = state
  if (!offered) return { whyNot }
  if (!state.recorder) {
    const { Recorder: Made } = await import('./recorder')
    state.recorder = new Made(offered.stock)
    offered.install(state.recorder.binding)
  }
  return { recorder: state.recorder }
}

export const isRecording = (): boolean => state.recorder?.isRecording === true
