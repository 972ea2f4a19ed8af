/**
 * What a library for Windows says of itself in its headers (PE format).
 * @param {Buffer} file
 */
export function readWindowsLibrary(file) {
  const header = file.readUInt32LE(0x3C)
  if (file.toString('latin1', header, header + 4) !== 'PE\0\0') throw new Error('it is no program for Windows')
  const sections = Array.from({ length: file.readUInt16LE(header + 6) }, (_, index) => {
    const at = header + 24 + file.readUInt16LE(header + 20) + 40 * index
    return { size: Math.max(file.readUInt32LE(at + 8), file.readUInt32LE(at + 16)), address: file.readUInt32LE(at + 12), offset: file.readUInt32LE(at + 20) }
  })
  const place = (/** @type {number} */ address) => {
    const section = sections.find((each) => address >= each.address && address < each.address + each.size)
    if (section === undefined) throw new Error(`no section holds ${address}`)
    return address - section.address + section.offset
  }
  const text = (/** @type {number} */ address) => file.toString('latin1', place(address), file.indexOf(0, place(address)))
  // The directories of a 64-bit program begin 112 bytes into the optional header: exports first, then imports.
  const directory = (/** @type {number} */ index) => place(file.readUInt32LE(header + 24 + 112 + 8 * index))
  const exported = directory(0)
  const names = place(file.readUInt32LE(exported + 32))
  /** @type {string[]} */
  const libraries = []
  for (let at = directory(1); file.readUInt32LE(at + 12) !== 0; at += 20) libraries.push(text(file.readUInt32LE(at + 12)))
  return {
    machine: file.readUInt16LE(header + 4),
    /** Seconds since 1970; 0 where the file is the same whenever it is made. */
    made: file.readUInt32LE(header + 8),
    exports: Array.from({ length: file.readUInt32LE(exported + 24) }, (_, index) => text(file.readUInt32LE(names + 4 * index))),
    libraries
  }
}
