import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'

const folder = join(process.cwd(), 'node_modules/@litertjs/core/wasm')

/**
 * Makes Node enough of a page for LiteRT.js, which is written for pages: its program is read from the package instead of an address.
 * The form for browsers without relaxed vector instructions is taken, which Node 20 has not switched on either.
 */
export function asPage(): void {
  const page = globalThis as unknown as Record<string, unknown>
  const name = 'litert_wasm_compat_internal'
  page['self'] = globalThis
  page['require'] ??= createRequire(join(folder, 'in-page.js'))
  page['__filename'] ??= join(folder, 'in-page.js')
  page['__dirname'] ??= folder
  page['importScripts'] = () => {
    page['Module'] = { wasmBinary: readFileSync(join(folder, `${name}.wasm`)), locateFile: (file: string) => join(folder, file) }
    runInThisContext(readFileSync(join(folder, `${name}.js`), 'utf8').replace('var ModuleFactory', 'globalThis.ModuleFactory'))
  }
}

/** Logits of images, one after another, as LiteRT.js computes them. */
export async function inLitert(file: Uint8Array, pixels: Uint8Array, shape: readonly [number, number, number], type: 'float32' | 'uint8'): Promise<number[]> {
  const { loadAndCompile, loadLiteRt, Tensor } = await import('@litertjs/core')
  asPage()
  loading ??= loadLiteRt(`${folder}/`)
  await loading
  const model = await loadAndCompile(file, { accelerator: 'wasm' })
  const size = shape.reduce((product, length) => product * length, 1)
  const logits: number[] = []
  for (let at = 0; at < pixels.length; at += size) {
    const image = pixels.slice(at, at + size)
    const input = new Tensor(type === 'uint8' ? image : Float32Array.from(image), [1, ...shape])
    const [output] = await model.run([input])
    logits.push(...await output!.data() as Float32Array)
    input.delete()
    output!.delete()
  }
  model.delete()
  return logits
}
let loading: Promise<unknown> | undefined
