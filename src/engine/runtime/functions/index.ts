import type { Recorder } from './recorder'

/** How training steps are computed: each as functions of TensorFlow's, or operation by operation. */
export type StepMode = 'functions' | 'operations'

const state: { recorder?: Recorder, mode: StepMode } = { mode: 'operations' }

/** Called once the native backend is open and its binding can call functions. */
export function offerFunctions(recorder: Recorder): void {
  state.recorder = recorder
}

/** Whether this process can compute steps as functions. */
export const functionsAreThere = (): boolean => state.recorder !== undefined

/** What the recorder of this process has done; undefined where there is none. */
export const functionCounts = (): Recorder['counts'] | undefined => state.recorder?.counts

/** Chooses how the next steps are computed; gives what holds: `operations` where there are no functions. */
export function chooseStepMode(wanted: StepMode): StepMode {
  return state.mode = state.recorder ? wanted : 'operations'
}

/** Runs a training step. Where steps are functions, its operations are recorded; when it returns, all of it has run. */
export const runStep = <Value>(work: () => Value): Value =>
  state.recorder && state.mode === 'functions' ? state.recorder.record(work) : work()

export const isRecording = (): boolean => state.recorder?.isRecording === true
