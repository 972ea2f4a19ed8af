import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readMacLibrary, readWindowsLibrary } from './package/testing/programs.mjs'
import { bindingName, prebuiltFolder, sourceKey, stampName } from './setup/binding.mjs'
import { projectFolder } from './setup/paths.mjs'

/** @param {string} target */
async function kept(target) {
  const folder = prebuiltFolder(projectFolder, target)
  return { file: await readFile(path.join(folder, bindingName)), record: JSON.parse(await readFile(path.join(folder, stampName), 'utf8')) }
}

describe('the compiled binding in the checkout', () => {
  it.each(['win32-x64', 'darwin-arm64', 'darwin-x64'])('for %s is made from the source that npm brings; else: node scripts/bindings.mjs', async (target) => {
    const { file, record } = await kept(target)
    expect(record.key).toBe(await sourceKey(projectFolder))
    expect(createHash('sha256').update(file).digest('hex')).toBe(record.sha256)
    // It names its source as in the package, and no folder of the machine that compiled it.
    expect(file.toString('latin1').match(/[\w./\\-]*tfjs_binding\.cc/g)).toEqual(expect.arrayContaining([expect.stringMatching(/^tfjs-node-gpu.binding.tfjs_binding\.cc$/)]))
    expect(file.includes('node_modules')).toBe(false)
  })

  it('for Windows is a Node-API module that needs nothing but Node, TensorFlow and Windows itself', async () => {
    const { machine, made, exports, libraries } = readWindowsLibrary((await kept('win32-x64')).file)
    expect(machine).toBe(0x8664)
    expect(made).toBe(0)
    expect(exports).toContain('napi_register_module_v1')
    expect(libraries.toSorted()).toEqual(['KERNEL32.dll', 'msvcrt.dll', 'node.exe', 'tensorflow.dll'])
  })

  it.each([['darwin-arm64', 'arm64'], ['darwin-x64', 'x86_64']])('for %s is for its processor, and looks for TensorFlow beside itself', async (target, processor) => {
    const library = readMacLibrary((await kept(target)).file)
    expect(library).toMatchObject({ processor, searched: ['@loader_path'], oldest: '12.0' })
    expect(library.libraries.filter((name) => !name.startsWith('/usr/lib/'))).toEqual(['@rpath/libtensorflow_cc.2.dylib'])
    // Apple silicon runs nothing that is not signed, if only by its maker's linker.
    if (processor === 'arm64') expect(library.signed).toBe(true)
  })
})
