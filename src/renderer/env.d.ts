/// <reference types="vite/client" />
import type { GraftBridge } from './shared/api'

declare global {
  interface Window {
    /** What the preload projects from the contract; answers come as envelopes. */
    graft: GraftBridge
  }
}
