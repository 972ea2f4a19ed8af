import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { createReadStream, realpathSync } from 'node:fs'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

// `node scripts/update-feed.mjs FOLDER ADDRESS`: the signed list of versions (src/main/updates/feed.ts reads it) for the
// packages in a folder that will be had at ADDRESS/NAME. GRAFT_UPDATE_PRIVATE_KEY holds the key (PEM, Ed25519).
// `node scripts/update-feed.mjs --new-key` makes a pair of keys. It needs nothing but Node.

export const feedName = 'graft-updates.json'

/** Which package is for which system and form, by the end of its name. @type {[string, string][]} */
const forms = [
  ['_amd64.deb', 'linux-x64.deb'], ['.x86_64.rpm', 'linux-x64.rpm'], ['-x86_64.AppImage', 'linux-x64.AppImage'], ['-linux-x64.tar.gz', 'linux-x64.tar.gz'],
  ['-windows-x64.exe', 'win32-x64.exe'], ['-mac-arm64.zip', 'darwin-arm64.zip'], ['-mac-x64.zip', 'darwin-x64.zip']
]

/**
 * Writes the list beside the packages.
 * @param {{ folder: string, address: string, version: string, privateKey: string }} options `address`: of the folder that the packages will be in
 * @returns {Promise<string>} the file
 */
export async function writeFeed({ folder, address, version, privateKey }) {
  /** @type {Record<string, { name: string, url: string, bytes: number, sha256: string }>} */
  const files = {}
  for (const name of (await readdir(folder)).sort()) {
    const form = forms.find(([ending]) => name.startsWith('graft') && name.endsWith(ending))?.[1]
    if (form === undefined) continue
    if (name.startsWith('graft-test-only')) throw new Error(`${name} is for tests: nobody should install it`)
    const file = path.join(folder, name)
    const hash = createHash('sha256')
    await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
    files[form] = { name, url: `${address.replace(/\/$/, '')}/${name}`, bytes: (await stat(file)).size, sha256: hash.digest('hex') }
  }
  if (Object.keys(files).length === 0) throw new Error(`there are no packages in ${folder}`)
  const document = JSON.stringify({ schemaVersion: 1, version, files })
  const signature = sign(null, Buffer.from(document), createPrivateKey(privateKey)).toString('base64')
  const file = path.join(folder, feedName)
  await writeFile(file, `${JSON.stringify({ document, signature }, null, 2)}\n`)
  return file
}

/** @returns {{ privateKey: string, publicKey: string }} PEM, and SPKI in DER as base64, as a package carries it */
export function newKeys() {
  const { privateKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: /** @type {string} */ (privateKey.export({ format: 'pem', type: 'pkcs8' })),
    publicKey: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64')
  }
}

async function main() {
  const [folder, address] = process.argv.slice(2)
  if (folder === '--new-key') {
    const { privateKey, publicKey } = newKeys()
    process.stdout.write(`${privateKey}\nGRAFT_UPDATE_KEY=${publicKey}\n`)
    return 0
  }
  const privateKey = process.env.GRAFT_UPDATE_PRIVATE_KEY
  if (folder === undefined || address === undefined || !privateKey) {
    console.error('GRAFT_UPDATE_PRIVATE_KEY=… node scripts/update-feed.mjs FOLDER ADDRESS\nnode scripts/update-feed.mjs --new-key')
    return 2
  }
  const { version } = JSON.parse(await readFile(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'))
  process.stdout.write(`${await writeFeed({ folder, address, version, privateKey })}\n`)
  return 0
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  // No top-level await: Playwright requires this file.
  void main().then((code) => { process.exitCode = code })
}
