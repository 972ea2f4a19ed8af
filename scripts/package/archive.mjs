import { lastLine, runTool } from '../setup/run-tool.mjs'
import { SetupProblem } from '../setup/problem.mjs'

/**
 * A .tar.gz of the unpacked program.
 * @param {string} unpacked
 * @param {string} name the folder that unpacking makes
 * @param {string} file
 */
export async function makeArchive(unpacked, name, file) {
  const { code, output } = await runTool('tar', [
    '--create', '--gzip', '--file', file, '--directory', unpacked, '--owner=0', '--group=0', '--numeric-owner', '--sort=name',
    '--transform', `s,^\\.,${name},`, '.'
  ])
  if (code !== 0) throw new SetupProblem(`the archive could not be made: ${lastLine(output)}`, 'see what tar says')
}
