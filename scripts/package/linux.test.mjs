import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { isMadeFor, makers } from '../package.mjs'
import { programSize } from './appimage.mjs'
import { specOf } from './rpm.mjs'
import { systems } from './systems.mjs'

describe('packages', () => {
  it('are named as the product, each form differently; one around the stand-in for Electron is named as what it is', () => {
    const names = Object.values(makers).map(({ fileName }) => fileName('graft', '1.2.3', 'arm64'))
    expect(names).toEqual(['graft_1.2.3_amd64.deb', 'graft-1.2.3.x86_64.rpm', 'graft-1.2.3-x86_64.AppImage', 'graft-1.2.3-linux-x64.tar.gz', 'graft-1.2.3-mac-arm64.zip', 'graft-1.2.3-mac-arm64.dmg', 'graft-1.2.3-windows-x64.exe'])
    for (const { fileName } of Object.values(makers)) expect(fileName('graft-test-only', '1.2.3', 'x64')).toMatch(/^graft-test-only[_-]1\.2\.3/)
  })

  it('are made in every form that a system has', () => {
    for (const [name, { forms }] of Object.entries(systems)) {
      for (const form of forms) expect([form, isMadeFor(form, /** @type {import('./systems.mjs').SystemName} */ (name))]).toEqual([form, true])
    }
  })
})

describe('an .rpm', () => {
  it('comes before the release where it is a beta', () => {
    expect(specOf({ version: '1.0.0-beta.1', description: 'Words.', compression: 'zstd:3' })).toMatch(/^Version: 1\.0\.0~beta\.1$/m)
  })

  it('is compressed as asked, or says that it cannot be', () => {
    expect(specOf({ version: '1.0.0', description: '', compression: 'zstd:3' })).toContain('_binary_payload w3.zstdio')
    expect(() => specOf({ version: '1.0.0', description: '', compression: 'rar' })).toThrow('not compressed by rar')
  })
})

describe('the runtime of an AppImage', () => {
  it('ends where its sections end', () => {
    const header = Buffer.alloc(64)
    header.write('\x7FELF\x02', 0, 'latin1')
    header.writeBigUInt64LE(1000n, 0x28)
    header.writeUInt16LE(64, 0x3A)
    header.writeUInt16LE(30, 0x3C)
    expect(programSize(header)).toBe(1000 + 64 * 30)
    expect(() => programSize(Buffer.alloc(64))).toThrow('no 64-bit program')
  })

  it.skipIf(process.platform !== 'linux')('is not shorter than a program that the system would run', () => {
    const program = execFileSync('cat', ['/bin/true'])
    expect(programSize(program.subarray(0, 64))).toBe(program.length)
  })
})
