import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { feedName, newKeys, writeFeed } from '../../scripts/update-feed.mjs'
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
    const keys = newKeys()
    // One file for each form that this machine may be taken for.
    const names = ['graft_9.0.0_amd64.deb', 'graft-9.0.0.x86_64.rpm', 'graft-9.0.0-linux-x64.tar.gz', 'graft-9.0.0-windows-x64.exe', 'graft-9.0.0-mac-arm64.zip']
    for (const name of names) writeFileSync(join(served, name), 'the new version')
    await writeFeed({ folder: served, address, version: '9.0.0', privateKey: keys.privateKey })
    const source = join(dataDir, 'source.json')
    writeFileSync(source, JSON.stringify({ feed: `${address}/${feedName}`, key: keys.publicKey }))
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
    await expect(page.getByText(/whole and signed/)).toBeVisible()
    const shown = await app.evaluate(() => (globalThis as { shown?: string }).shown)
    expect(readFileSync(shown ?? '', 'utf8')).toBe('the new version')

    const feed = join(served, feedName)
    writeFileSync(feed, readFileSync(feed, 'utf8').replace('9.0.0', '9.1.0'))
    await page.getByRole('button', { name: 'Look now' }).click()
    await expect(page.getByText(/is not signed by whoever made this copy/)).toBeVisible()
    renameSync(feed, `${feed}.gone`)
    await page.getByRole('button', { name: 'Look now' }).click()
    await expect(page.getByText(/does not answer/)).toBeVisible()
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
