/**
 * A table of 32-bit numbers as NumPy's own file, format 1.0 (numpy.lib.format): magic, version, the header's length, the header as a Python
 * dictionary padded with spaces so that the numbers begin at a multiple of 64, and the numbers row by row.
 * @param values [rows, length]
 * @returns the parts of the file, one after the other
 */
export function npyParts(values: Float32Array, rows: number, length: number): Uint8Array[] {
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${length}), }`
  const before = 10
  const padded = Math.ceil((before + dictionary.length + 1) / 64) * 64 - before
  const header = Buffer.alloc(before + padded, ' ')
  header.set([0x93, ...Buffer.from('NUMPY', 'latin1'), 1, 0])
  header.writeUInt16LE(padded, 8)
  header.write(dictionary, before, 'latin1')
  header[before + padded - 1] = 0x0a
  return [header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]
}
