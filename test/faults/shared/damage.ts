import * as fs from 'node:fs/promises'

/** Flips one bit of a file. @param at which byte */
export async function flip(path: string, at: number, bit = 0): Promise<void> {
  const bytes = await fs.readFile(path)
  bytes[at]! ^= 1 << bit
  await fs.writeFile(path, bytes)
}
