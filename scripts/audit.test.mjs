import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { judge } from './audit.mjs'
import { projectFolder } from './setup/paths.mjs'

const advisory = (/** @type {string} */ name, /** @type {string} */ severity, /** @type {string} */ id) => (
  { source: 1, name, title: 'leaves its folder', url: `https://github.com/advisories/${id}`, severity, range: '<=7.5.6' }
)
/** As npm 11 prints it: what depends on a faulty package is a finding too, by that package's name. */
const answer = JSON.stringify({ auditReportVersion: 2, vulnerabilities: {
  tar: { name: 'tar', severity: 'high', via: [advisory('tar', 'high', 'GHSA-34x7-hfp2-rc4v'), advisory('tar', 'moderate', 'GHSA-0000-0000-0001')], nodes: ['node_modules/tar'] },
  'node-pre-gyp': { name: 'node-pre-gyp', severity: 'critical', via: ['tar', advisory('node-pre-gyp', 'critical', 'GHSA-0000-0000-0002')], nodes: [] }
} })

it('tells every high and critical advisory that SECURITY.md does not name', async () => {
  const security = await readFile(path.join(projectFolder, 'SECURITY.md'), 'utf8')
  const found = judge(answer, security)
  expect(found).toMatchObject({ kind: 'audited', total: 3, graver: [expect.stringContaining('GHSA-34x7'), expect.stringContaining('GHSA-0000-0000-0002')] })
  expect(found).toMatchObject({ unexplained: ['critical: node-pre-gyp <=7.5.6: leaves its folder (https://github.com/advisories/GHSA-0000-0000-0002)'] })
  expect(judge(answer, '')).toMatchObject({ unexplained: { length: 2 } })
  expect(judge('{"vulnerabilities":{}}', '')).toEqual({ kind: 'audited', total: 0, graver: [], unexplained: [] })
})

it('takes no answer for no audit, never for one without findings', () => {
  const refused = 'npm warn audit 405\n{ "message": "405 Method Not Allowed - POST https://registry.example/-/npm/v1/security/advisories/bulk", "error": { "summary": "", "detail": "" } }'
  expect(judge(refused, '')).toEqual({ kind: 'unreached', why: expect.stringContaining('405 Method Not Allowed') })
  expect(judge('npm error network getaddrinfo ENOTFOUND registry.example', '')).toEqual({ kind: 'unreached', why: expect.stringContaining('ENOTFOUND') })
  expect(judge('', '')).toEqual({ kind: 'unreached', why: 'npm said nothing' })
})
