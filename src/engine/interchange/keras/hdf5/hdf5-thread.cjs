const { parentPort } = require('node:worker_threads')

// HDF5's own library in a thread of its own (chunks.ts starts it): a damaged file can keep it busy until the thread is ended.
// Plain JavaScript, because Node starts it from the sources too.

let most = 0
const grow = WebAssembly.Memory.prototype.grow
/** A damaged file may ask for any amount of memory. @param {number} pages of 64 KiB @returns {number} */
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65_536 > most) throw new RangeError('More memory than the file needs.')
  return grow.call(this, pages)
}

/** The numbers of a dataset; undefined where they cannot be unpacked, for which the library gives zeros unless it is told to throw. */
function valueOf(library, dataset) {
  library.activate_throwing_error_handler()
  try {
    return dataset.value
  } catch {
    return undefined
  } finally {
    library.deactivate_throwing_error_handler()
  }
}

/** The datasets of a file by their paths, one message each: their bytes as they are kept, unpacked. */
parentPort.on('message', async ({ bytes, paths, memory }) => {
  most = memory
  try {
    const { default: hdf5 } = await import('h5wasm')
    const library = await hdf5.ready
    library.FS.writeFile('read.h5', bytes)
    const file = new hdf5.File('read.h5', 'r')
    for (const path of paths) {
      const value = valueOf(library, file.get(path))
      if (!ArrayBuffer.isView(value)) continue
      const own = new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice()
      parentPort.postMessage({ path, bytes: own }, [own.buffer])
    }
    parentPort.postMessage({ done: true })
  } catch (error) {
    parentPort.postMessage({ problem: `${error instanceof Error ? error.message : error}` })
  }
})
