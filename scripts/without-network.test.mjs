import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { withoutNetwork } from './without-network.mjs'

const { words, missing } = withoutNetwork()
if (words === undefined) console.info(`Skipped: a program cannot be run without a network here: ${missing}`)

/** Asks itself over the loopback address, and then an address that belongs to nobody (RFC 5737). */
const program = `
  const net = require('node:net')
  const server = net.createServer((socket) => socket.end()).listen(0, '127.0.0.1', () => {
    net.connect(server.address().port, '127.0.0.1').on('connect', () => {
      server.close()
      net.connect(80, '192.0.2.1').on('error', ({ code }) => console.log(code, Object.keys(require('node:os').networkInterfaces()).join()))
    })
  })`

it.skipIf(words === undefined)('a program run without a network reaches itself and nobody else', () => {
  const [command, ...rest] = [...words, process.execPath, '-e', program]
  const { stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8' })
  expect(stdout, stderr).toBe('ENETUNREACH lo\n')
})

it.skipIf(process.platform === 'linux')('says why where it cannot be done', () => {
  expect(missing).toContain('Linux')
})
