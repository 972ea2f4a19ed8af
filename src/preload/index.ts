import { contextBridge, ipcRenderer, webUtils } from 'electron'
import type { Definition } from '../contract/define'

/** What the contract offers, by noun and verb: taken from it at build time, since all its schemas would take the window's first moments to load. */
declare const CONTRACT_SURFACE: Record<string, Record<string, { channel: string, kind: Definition['kind'] }>>

type Listener = (payload: unknown) => void

/** A request answers with its envelope; an event's news that comes before anyone listens waits for the first listener. */
function project(channel: string, kind: Definition['kind']): unknown {
  if (kind === 'request') return (input?: unknown) => ipcRenderer.invoke(channel, input)
  const listeners = new Set<Listener>()
  const early: unknown[] = []
  ipcRenderer.on(channel, (_event, payload: unknown) => {
    if (listeners.size === 0 && early.push(payload) > 100) early.shift()
    for (const listener of listeners) listener(payload)
  })
  return (listener: Listener) => {
    listeners.add(listener)
    for (const payload of early.splice(0)) listener(payload)
    return () => { listeners.delete(listener) }
  }
}

const nouns = Object.entries(CONTRACT_SURFACE).map(([noun, verbs]) => [noun, Object.fromEntries(
  Object.entries(verbs).map(([verb, { channel, kind }]) => [verb, project(channel, kind)])
)])

/** Before Electron 32 a dropped file carries its path itself. */
const pathForFile = (file: File & { path?: string }): string => webUtils ? webUtils.getPathForFile(file) : file.path ?? ''

contextBridge.exposeInMainWorld('graft', { ...Object.fromEntries(nouns), pathForFile })
