import { rm } from 'node:fs/promises'
import { howToInstall, SetupProblem } from '../setup/problem.mjs'
import { lastLine, runTool } from '../setup/run-tool.mjs'

/**
 * Makes a .zip of the application for macOS, with its links as links: a framework without them does not load.
 * @param {{ unpacked: string, file: string }} options `unpacked`: the folder that holds Graft.app
 */
export async function makeMacZip({ unpacked, file }) {
  await rm(file, { force: true })
  const { code, missing, output } = await runTool('zip', ['-qry', file, 'Graft.app'], { folder: unpacked, timeoutMs: 20 * 60_000 })
  if (missing) throw new SetupProblem('there is no zip here, which makes the package for macOS', howToInstall('zip'))
  if (code !== 0) throw new SetupProblem(`the package for macOS could not be made: ${lastLine(output)}`, 'see what zip says')
}
