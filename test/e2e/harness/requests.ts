import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { compileFaultyDisk } from '../../cli/shared/faulty-disk'
import { expect, test, type Graft } from './graft'

interface NetLog {
  constants: { logEventTypes: Record<string, number> }
  events: { type: number, params?: { url?: string, host?: string, address?: string } }[]
}

/** What Chromium wrote down of its network: every address that any part of it asked for, was asked to look up, or connected to. */
interface Requested {
  /** Addresses asked for, each once. */
  urls: string[]
  /** Names looked up and addresses connected to. */
  hosts: string[]
}

/** Reads what `--log-net-log=FILE` wrote; the end is missing where the program was ended without its questions. */
function readNetLog(file: string): Requested {
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
const isWithoutNetwork = (): boolean => Object.values(networkInterfaces()).flat().every((one) => one?.internal)

/** Writes down every address that any process of a program connects or sends to (where a C compiler is), and all that Chromium asks for. */
export function recordRequests(folder: string): { options: { environment: Record<string, string>, switches: string[] }, check(graft: Graft): Promise<void> } {
  const recorder = compileFaultyDisk()
  const [connections, netLog] = [join(folder, 'connections'), join(folder, 'net-log.json')]
  return {
    options: { environment: recorder?.environment({ under: '', connections }) ?? {}, switches: [`--log-net-log=${netLog}`] },
    /** Holds that nobody but this machine was asked, and that the records would have it; ends the program. */
    async check(graft) {
      // `npm test` gives the window a network without anybody in it, where it may; then all of it worked with nobody to ask.
      if (process.env['GRAFT_WITHOUT_NETWORK']) expect(isWithoutNetwork()).toBe(true)
      else test.info().annotations.push({ type: 'not cut off', description: 'this test ran where there may be a network' })
      // What the page asks for and the window's rules refuse is in the log.
      expect(graft.log()).not.toContain('refused: request')
      const heard = (): string[] => existsSync(connections) ? readFileSync(connections, 'utf8').split('\n').filter(Boolean) : []
      // Not even whether the system has a route for IPv6, as Chromium asks before it looks up a name.
      expect(heard().filter((line) => !/^(127\.|::1$|::ffff:127\.)/.test(line.split(' ')[1] ?? ''))).toEqual([])
      // The records hear: what main itself asks of this machine, which the window's rules do not hold, is in both.
      await graft.app.evaluate(({ net, session }) => new Promise<void>((resolve) => {
        const request = net.request({ url: 'http://127.0.0.1:9/heard', session: session.fromPartition('of-this-test') })
        request.on('error', () => resolve()).on('response', () => resolve())
        request.end()
      }))
      // Chromium itself refuses that port, so that nothing is sent; Node does not.
      await graft.app.evaluate(() => new Promise<void>((resolve) => {
        interface Net { connect(port: number, host: string): { on(event: 'error' | 'connect', listener: () => void): ReturnType<Net['connect']> } }
        const { connect } = (process as unknown as { mainModule: { require(name: string): Net } }).mainModule.require('net')
        connect(9, '127.0.0.1').on('error', () => resolve()).on('connect', () => resolve())
      }))
      await graft.close()
      const { urls, hosts } = readNetLog(netLog)
      expect(urls).toContain('http://127.0.0.1:9/heard')
      expect(urls.filter((url) => !/^(graft-app:\/\/window\/|graft-image:\/\/dataset\/|data:|blob:|http:\/\/127\.0\.0\.1:9\/heard$)/.test(url))).toEqual([])
      // Names looked up are in it; that a nameserver (:53) was made ready is owed to the request above.
      expect(hosts.filter((host) => !/^(https?:\/\/)?127\.0\.0\.1(:\d+)?$|:53$/.test(host))).toEqual([])
      if (!recorder) return void test.info().annotations.push({ type: 'not recorded', description: 'connections can be recorded on Linux with a C compiler alone' })
      expect(heard().join('\n')).toMatch(/^\d+ 127\.0\.0\.1 9 stream$/m)
      recorder.remove()
    }
  }
}
