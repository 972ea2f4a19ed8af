import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const sourceSchema = z.object({
  /** Address of the signed list. */
  feed: z.string(),
  /** The public key that it must be signed by, SPKI in DER as base64. */
  key: z.string()
})
export type UpdateSource = z.infer<typeof sourceSchema>

/** Where this copy gets newer versions from: what packaging wrote beside it, or null where it wrote nothing. */
export async function readUpdateSource(file: string | undefined): Promise<UpdateSource | null> {
  if (file === undefined || !existsSync(file)) return null
  const source = sourceSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  return isSafeAddress(source.feed) ? source : null
}

/** An address whose answer nobody on the way can change: https, or this machine itself. */
export function isSafeAddress(address: string): boolean {
  try {
    const { protocol, hostname } = new URL(address)
    return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  } catch {
    return false
  }
}

interface Machine { platform: string, arch: string, environment: NodeJS.ProcessEnv, has: (program: string) => boolean }

/** The name in the list of the file that this copy is replaced by: the same form that it was installed from. */
export function ownForm({ platform, arch, environment, has }: Machine): string {
  const system = `${platform}-${arch}`
  if (platform === 'win32') return `${system}.exe`
  if (platform === 'darwin') return `${system}.zip`
  if (environment['APPIMAGE']) return `${system}.AppImage`
  return `${system}.${has('/usr/bin/dpkg') ? 'deb' : has('/usr/bin/rpm') ? 'rpm' : 'tar.gz'}`
}
