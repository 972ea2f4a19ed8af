const { parentPort } = require('node:worker_threads')

// OpenJPEG in a thread of its own (jpeg-2000.ts starts it): it decodes in one call that nothing interrupts but the end of
// the thread. Plain JavaScript, because Node starts it from the sources too.

const load = require('@cornerstonejs/codec-openjpeg/decodewasmjs')

/** @type {string[]} what OpenJPEG complains of */
const said = []
let most = 0
const grow = WebAssembly.Memory.prototype.grow
/** A damaged file may ask for any amount of memory. @param {number} pages of 64 KiB @returns {number} */
WebAssembly.Memory.prototype.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65_536 > most) throw new RangeError('More memory than a picture of this size needs.')
  return grow.call(this, pages)
}

let loading
/** @param {string} line */
const note = (line) => { if (/ERROR/.test(line)) said.push(line) }

/** A JPEG 2000 file as its numbers, or what is wrong with it. */
parentPort.on('message', async ({ bytes, memory }) => {
  said.length = 0
  most = memory
  let decoder
  let isLoaded = false
  try {
    loading ??= load({ print: note, printErr: note })
    const { J2KDecoder } = await loading
    isLoaded = true
    decoder = new J2KDecoder()
    decoder.getEncodedBuffer(bytes.length).set(bytes)
    decoder.decode()
    const { width, height, bitsPerSample, componentCount, isSigned } = decoder.getFrameInfo()
    // After a failure it holds no picture, and says nothing of it by itself.
    if (said.length > 0 || width === 0) throw new Error(said.join('\n') || 'nothing was decoded')
    const numbers = decoder.getDecodedBuffer().slice()
    parentPort.postMessage({ width, height, bits: bitsPerSample, channels: componentCount, isSigned, numbers }, [numbers.buffer])
  } catch (error) {
    // Its memory may be in any state.
    loading = undefined
    decoder = undefined
    parentPort.postMessage({ problem: `${error instanceof Error ? error.message : `exception ${error}`}`, isLoaded })
  } finally {
    decoder?.delete()
  }
})
