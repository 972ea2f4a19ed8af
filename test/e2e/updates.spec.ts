import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { ask } from './harness/api'
import { expect, test } from './harness/graft'
import { openScreen } from './harness/steps'

test('a new version is looked for when the person says so, and fetched whole; a changed one is refused', async ({ launchGraft, temporaryFolder }) => {
  const [served, dataDir] = [temporaryFolder('served'), temporaryFolder('data')]
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    try {
      response.end(readFileSync(join(served, (request.url ?? '').slice(1))))
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    // As scripts/update-feed.mjs makes the list, which Playwright cannot load.
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const content = 'the new version'
    writeFileSync(join(served, 'graft-9.0.0'), content)
    const file = { name: 'graft-9.0.0', url: `${address}/graft-9.0.0`, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') }
    // For each form that this machine may be taken for.
    const forms = ['deb', 'rpm', 'AppImage', 'tar.gz', 'exe', 'zip'].map((form) => `${process.platform}-${process.arch}.${form}`)
    const document = JSON.stringify({ schemaVersion: 1, version: '9.0.0', files: Object.fromEntries(forms.map((form) => [form, file])) })
    const feedName = 'graft-updates.json'
    writeFileSync(join(served, feedName), JSON.stringify({ document, signature: sign(null, Buffer.from(document), privateKey).toString('base64') }))
    const source = join(dataDir, 'source.json')
    writeFileSync(source, JSON.stringify({ feed: `${address}/${feedName}`, key: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') }))
    const { app, page } = await launchGraft({ dataDir, environment: { GRAFT_UPDATES_FILE: source } })
    await app.evaluate(({ shell }) => {
      shell.showItemInFolder = (path) => { (globalThis as { shown?: string }).shown = path }
    })
    expect(await ask(page, 'updates', 'state')).toMatchObject({ address: new URL(address).host })
    // Off until the person has agreed.
    expect(asked).toEqual([])

    await openScreen(page, 'Settings')
    await page.getByRole('button', { name: 'Look now' }).click()
    await expect(page.getByText(/Graft 9\.0\.0 is there/)).toBeVisible()
    await page.getByRole('button', { name: /^Download/ }).click()
    await expect(page.locator('p', { hasText: 'whole and signed' })).toBeVisible()
    const shown = await app.evaluate(() => (globalThis as { shown?: string }).shown)
    expect(readFileSync(shown ?? '', 'utf8')).toBe(content)

    const feed = join(served, feedName)
    writeFileSync(feed, readFileSync(feed, 'utf8').replace('9.0.0', '9.1.0'))
    await page.getByRole('button', { name: 'Look now' }).click()
    await expect(page.locator('p', { hasText: 'is not signed by whoever made this copy' })).toBeVisible()
    renameSync(feed, `${feed}.gone`)
    await page.getByRole('button', { name: 'Look now' }).click()
    await expect(page.locator('p', { hasText: 'does not answer' })).toBeVisible()
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
