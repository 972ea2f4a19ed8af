import '../contract/no-eval'
import { contextBridge, ipcRenderer, webUtils } from 'electron'
import { appContract } from '../contract/app'
import { channelOf, type Definition } from '../contract/define'

type Listener = (payload: unknown) => void

/** A request answers with its envelope; an event's news that comes before anyone listens waits for the first listener. */
function project(channel: string, { kind }: Definition): unknown {
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

const nouns = Object.entries(appContract).map(([noun, verbs]) => [noun, Object.fromEntries(
  Object.entries<Definition>(verbs).map(([verb, definition]) => [verb, project(channelOf(noun, verb), definition)])
)])

/** Before Electron 32 a dropped file carries its path itself. */
const pathForFile = (file: File & { path?: string }): string => webUtils ? webUtils.getPathForFile(file) : file.path ?? ''

contextBridge.exposeInMainWorld('graft', { ...Object.fromEntries(nouns), pathForFile })
