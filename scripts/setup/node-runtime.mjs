import { chmod } from 'node:fs/promises'
import path from 'node:path'
import { takeFromTar } from './archives.mjs'
import { ensureDownload } from './download.mjs'
import { ensurePart } from './parts.mjs'
import { SetupProblem } from './problem.mjs'
import { fetchNpmPackage } from './registries.mjs'
import { runTool } from './run-tool.mjs'

/** @type {import('./step.mjs').Step} */
export const nodeRuntime = {
  id: 'node',
  title: 'Node for the engine',
  provides: 'node',
  async run(context) {
    const { cache, target, foreign, versions, current, report } = context
    const own = { version: process.versions.node, path: process.execPath }
    // The Node that runs this script serves until the pinned one is there.
    if (!foreign) current.node = own
    const pinned = versions.node[/** @type {keyof typeof versions.node} */ (target)]
    if (pinned === undefined && foreign) throw new SetupProblem(`no Node is pinned for ${target}`, 'add it to scripts/setup/versions.json')
    if (pinned === undefined) return { did: false, skipped: true, detail: `none is pinned for ${target}; this Node (${own.version}) serves` }

    const name = `node-${pinned.version}-${target}`
    const { folder, made } = await ensurePart(cache.runtime, name, pinned.sha256, async (temporary) => {
      report(`fetching ${pinned.package} ${pinned.version}, ${pinned.megabytes} MB`)
      const archive = await ensureDownload(pinned, cache.downloads, (to) => fetchNpmPackage(pinned, to, cache.log))
      const wanted = [`package/${pinned.program}`, 'package/LICENSE']
      await takeFromTar(archive, temporary, (entry) => wanted.includes(entry), 1)
      const program = path.join(temporary, pinned.program)
      await chmod(program, 0o755)
      if (foreign) return
      const { stdout } = await runTool(program, ['--version'], { timeoutMs: 30_000 })
      if (stdout.trim() !== `v${pinned.version}`) {
        throw new SetupProblem(
          `Node ${pinned.version} does not run on this system, so the engine runs in Node ${own.version}`,
          'nothing need be done; a system with glibc 2.28 or newer runs it'
        )
      }
    })
    current.node = { version: pinned.version, path: path.join(folder, pinned.program) }
    return { did: made, detail: pinned.version }
  }
}
