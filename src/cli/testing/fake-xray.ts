import { xrayWantedSchema, type Xray, type XrayWanted } from '../../contract/xray'
import { xrayFindings } from '../../rules/examination/xray-words'

/** An X-ray without a look: the same classes, and nothing known of the source's data. */
export function fakeXray(asked: XrayWanted): Xray {
  return {
    wanted: xrayWantedSchema.parse(asked), names: { source: 'Net', target: 'Mine' },
    findings: xrayFindings({
      classes: { source: ['a', 'b'], target: ['a', 'b'] }, shapes: { network: [32, 32, 3], target: [32, 32, 3] },
      target: { appearance: { polarity: 'neither', border: 0 }, grey: false }, source: undefined, hasSourceData: false
    }),
    looked: { target: 10, source: 0 }, cached: false, seconds: 1, at: '2026-01-01T00:00:00.000Z'
  }
}
