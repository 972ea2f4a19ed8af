import type { BackendSummary } from '../contract/runs'
import type { Library } from '../library'

/** What a job of the engine finds where it runs. */
export interface Surroundings {
  library: Library
  /** Native parts and computed features, shared by every data folder. */
  cacheDir: string
  /** Opens the backend that computes, once; says which it is. */
  openBackend(): Promise<BackendSummary>
  /** Whether training steps can be computed as functions, once a backend is open. */
  hasFunctions(): boolean
}
