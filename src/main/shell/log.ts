import { join } from 'node:path'
import log from 'electron-log/node'

export type Log = Pick<typeof log, 'error' | 'warn' | 'info' | 'debug'>

const megabytes = 1024 * 1024

/**
 * Writes to `logs/main.log` in the data folder; warnings also to the terminal in development. What nobody caught is
 * written too, instead of Electron's dialogue: jobs go on, and the person can do nothing about it.
 */
export function openLog(folder: string, development: boolean): Log {
  log.transports.file.resolvePathFn = () => join(folder, 'main.log')
  log.transports.file.maxSize = 5 * megabytes
  log.transports.file.level = 'info'
  log.transports.console.level = development ? 'warn' : false
  process.on('uncaughtException', (error) => log.error('uncaught', error))
  process.on('unhandledRejection', (error) => log.error('unhandled', error))
  return log
}
