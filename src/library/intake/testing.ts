import sharp from 'sharp'
import type { Inspection } from '../../contract/inspections'

/** Makes small pictures of noise, each another, as PNG files. */
export function noisePictures(): () => Promise<Buffer> {
  let seed = 0
  return () => {
    seed++
    const noise = Uint8Array.from({ length: 192 }, (_, at) => (at * 11 + seed * 37 + (at * seed) % 17) & 255)
    return sharp(noise, { raw: { width: 8, height: 8, channels: 3 } }).png().toBuffer()
  }
}

/** Why each file was left out, by its path. */
export const leftOut = ({ broken }: Inspection): Record<string, string> =>
  Object.fromEntries(broken.files.map(({ path, reason }) => [path.replaceAll('\\', '/'), reason.en]))

/** What was taken for granted, a line each. */
export const said = ({ assumed }: Inspection): string => assumed.map(({ en }) => en).join('\n')
