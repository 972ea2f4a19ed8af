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

/**
 * What a library for macOS says of itself in its headers (Mach-O, one processor).
 * @param {Buffer} file
 */
export function readMacLibrary(file) {
  if (file.readUInt32LE(0) !== 0xFEEDFACF) throw new Error('it is no 64-bit library for macOS')
  const text = (/** @type {number} */ at) => file.toString('utf8', at, file.indexOf(0, at))
  const found = { processor: file.readUInt32LE(4) === 0x0100000C ? 'arm64' : 'x86_64', libraries: /** @type {string[]} */ ([]), searched: /** @type {string[]} */ ([]), signed: false, oldest: '' }
  let at = 32
  for (let left = file.readUInt32LE(16); left > 0; left -= 1) {
    const command = file.readUInt32LE(at)
    const named = () => text(at + file.readUInt32LE(at + 8))
    if (command === 0xC || command === 0x80000018) found.libraries.push(named())
    if (command === 0x8000001C) found.searched.push(named())
    if (command === 0x1D) found.signed = true
    if (command === 0x32) found.oldest = `${file.readUInt16LE(at + 14)}.${file.readUInt8(at + 13)}`
    at += file.readUInt32LE(at + 4)
  }
  return found
}
