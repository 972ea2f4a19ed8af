import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

interface NetLog {
  constants: { logEventTypes: Record<string, number> }
  events: { type: number, params?: { url?: string, host?: string, address?: string } }[]
}

/** What Chromium wrote down of its network: every address that any part of it asked for, was asked to look up, or connected to. */
export interface Requested {
  /** Addresses asked for, each once. */
  urls: string[]
  /** Names looked up and addresses connected to. */
  hosts: string[]
}

/** Reads what `--log-net-log=FILE` wrote; the end is missing where the program was ended without its questions. */
export function readNetLog(file: string): Requested {
  const text = readFileSync(file, 'utf8').trimEnd()
  const log = JSON.parse(/\]\}$/.test(text) ? text : `${text.replace(/,$/, '')}]}`) as NetLog
  const { logEventTypes: types } = log.constants
  const found = (names: readonly string[], field: 'url' | 'host' | 'address'): string[] => {
    const wanted = new Set(names.map((name) => types[name]).filter((type) => type !== undefined))
    return [...new Set(log.events.flatMap(({ type, params }) => wanted.has(type) && params?.[field] ? [params[field]] : []))]
  }
  return {
    urls: found(['URL_REQUEST_START_JOB', 'CORS_REQUEST'], 'url'),
    hosts: [
      ...found(Object.keys(types).filter((name) => name.startsWith('HOST_RESOLVER')), 'host'),
      ...found(Object.keys(types).filter((name) => /^(TCP|UDP|SOCKET)_?.*CONNECT/.test(name)), 'address')
    ]
  }
}

/** Whether this process can reach no other machine: it has the loopback address alone. */
export const isWithoutNetwork = (): boolean => Object.values(networkInterfaces()).flat().every((one) => one?.internal)
