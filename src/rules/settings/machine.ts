import type { Machine } from '../../contract/doctor'
import type { BackendSummary, Device } from '../../contract/runs'

/** What computes where a device is asked for, as far as it is known. */
export interface Computing {
  backend: Pick<BackendSummary, 'kind'> & Partial<BackendSummary>
  /** Whether training steps can be functions there; undefined where nobody knows. */
  functions?: boolean
}

/** What computes on this machine where the device is asked for: `auto` gets the best. */
export function computingOn({ chosen, backends, functions }: Machine, device: Device): Computing {
  if (device === 'auto' || device === chosen.kind) return { backend: chosen, functions: functions.available }
  const library = backends.find(({ kind }) => kind === device)?.library
  const backend = { kind: device, ...(library !== undefined && { library }) }
  // A processor beside the graphics card: its binding was not asked whether it has them.
  return device === 'cpu' ? { backend } : { backend, functions: false }
}
