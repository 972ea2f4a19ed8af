const { parentPort } = require('node:worker_threads')

// LIBSVM in a thread of its own (libsvm.ts starts it): it trains in one call that nothing interrupts but the end of the
// thread. Plain JavaScript, because Node starts it from the sources too.

const loading = require('libsvm-js')

/**
 * A two-class machine with its sigmoid, as the text of a LIBSVM model file.
 * @param {{ matrix: Float32Array, sides: Int8Array, cost: number, tolerance: number }} problem `matrix`: rows of an
 *   example's number from 1 and its kernel with each example, [count, count + 1]
 */
parentPort.on('message', async ({ matrix, sides, cost, tolerance }) => {
  const SVM = await loading
  const width = sides.length + 1
  const machine = new SVM({
    type: SVM.SVM_TYPES.C_SVC, kernel: SVM.KERNEL_TYPES.PRECOMPUTED, cost, tolerance, probabilityEstimates: true, quiet: true
  })
  machine.train(Array.from(sides, (_, row) => matrix.subarray(row * width, (row + 1) * width)), Array.from(sides))
  parentPort.postMessage(machine.serializeModel())
  machine.free()
})
